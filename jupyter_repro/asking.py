"""Names that ask, by the conventions of the scientific libraries: the capture and the analysis go by the same."""

from __future__ import annotations

ASKING = tuple(
    "get is_ has to_ as_ predict transform inverse_transform score summary plot describe test conf_int "
    "forecast info show print list count find query compute cov corr mean std var median head tail sample repr "
    "str len format display evaluate params pvalue resid aic bic decision_function cdf pdf ppf rvs logpdf hist "
    "draw copy keys values items node edge degree simulate impulse irf eval t_test f_test wald anova type "
    "sorted zip enumerate isinstance save dump export render check".split()
)
"""How names of methods and functions begin that ask a value and leave it as it is, but for what it remembers."""
