"""Functions of libraries that take a seed and differ from call to call without one: tables that `flow` looks up.

A name is known within its package, wherever in it it stands (``networkx.gnp_random_graph`` and
``networkx.generators.gnp_random_graph``). Which functions take a seed, under which word and at which place, was read
from the signatures of scikit-learn 1.9, imbalanced-learn 0.14, SciPy 1.15, networkx 3.7, statsmodels 0.15, arch 8, umap
0.5 and yellowbrick 1.5; that they draw without it, from their sources or reference pages, as for all others here.
Those that take one and seldom use it are left out. What any other library draws is seen by the tracker, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Seedable:
    """How a function is given a seed, and what it draws from without one."""

    word: str
    """The keyword; empty: it takes none."""
    generator: str
    """The global generator that it draws from instead; empty: fresh entropy, which nothing seeds."""
    place: int | None = None
    """Where the seed stands when it is passed by place, from 0."""
    only: tuple[str, ...] = ()
    """Options with which alone it draws: ``shuffle=True`` this very value, ``max_features`` any but None."""
    unless: tuple[str, ...] = ()
    """Options with which it does not."""


_ENTRY = re.compile(r"(?P<name>\w+)(?:@(?P<place>\d+))?(?:\?(?P<only>[\w=,]+))?(?:!(?P<unless>[\w=,]+))?")


def _told(word: str, generator: str, names: str) -> Iterator[tuple[str, Seedable]]:
    """Entries ``name``, ``name@2`` (the seed can stand third), ``name?options`` (draws only with one of these),
    ``name!options`` (does not with any of these)."""
    for each in _ENTRY.finditer(names):
        yield (
            each["name"],
            Seedable(
                word=word,
                generator=generator,
                place=int(each["place"]) if each["place"] else None,
                only=tuple(each["only"].split(",")) if each["only"] else (),
                unless=tuple(each["unless"].split(",")) if each["unless"] else (),
            ),
        )


_SKLEARN = """
train_test_split!shuffle=False ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold
RepeatedStratifiedKFold KFold?shuffle=True StratifiedKFold?shuffle=True StratifiedGroupKFold?shuffle=True
GroupKFold?shuffle=True RandomizedSearchCV HalvingRandomSearchCV HalvingGridSearchCV ParameterSampler
permutation_importance resample shuffle learning_curve?shuffle=True RandomForestClassifier RandomForestRegressor
ExtraTreesClassifier ExtraTreesRegressor RandomTreesEmbedding ExtraTreeClassifier ExtraTreeRegressor BaggingClassifier
BaggingRegressor IsolationForest DecisionTreeClassifier?max_features,splitter=random
DecisionTreeRegressor?max_features,splitter=random GradientBoostingClassifier?subsample,max_features,n_iter_no_change
GradientBoostingRegressor?subsample,max_features,n_iter_no_change
HistGradientBoostingClassifier?early_stopping=True,max_features
HistGradientBoostingRegressor?early_stopping=True,max_features MLPClassifier MLPRegressor BernoulliRBM SGDClassifier
SGDRegressor SGDOneClassSVM PassiveAggressiveClassifier PassiveAggressiveRegressor
LogisticRegression?solver=sag,solver=saga Ridge?solver=sag,solver=saga SVC?probability=True NuSVC?probability=True
Lasso?selection=random ElasticNet?selection=random LassoCV?selection=random ElasticNetCV?selection=random
DummyClassifier?strategy=stratified,strategy=uniform RANSACRegressor TheilSenRegressor OutputCodeClassifier
ClassifierChain?order=random RegressorChain?order=random EllipticEnvelope MinCovDet KMeans MiniBatchKMeans
BisectingKMeans k_means kmeans_plusplus SpectralClustering SpectralBiclustering SpectralCoclustering
spectral_clustering GaussianMixture BayesianGaussianMixture TSNE MDS smacof SpectralEmbedding FastICA fastica
NMF?init=random,init=nndsvdar MiniBatchNMF LatentDirichletAllocation DictionaryLearning MiniBatchDictionaryLearning
TruncatedSVD PCA?svd_solver=randomized MiniBatchSparsePCA SparsePCA randomized_svd RBFSampler Nystroem
SkewedChi2Sampler PolynomialCountSketch GaussianRandomProjection SparseRandomProjection
IterativeImputer?sample_posterior=True,imputation_order=random make_classification make_regression make_blobs
make_moons make_circles make_friedman1 make_friedman2 make_friedman3 make_gaussian_quantiles make_hastie_10_2
make_low_rank_matrix make_multilabel_classification make_s_curve make_sparse_coded_signal make_sparse_spd_matrix
make_sparse_uncorrelated make_spd_matrix make_swiss_roll make_biclusters make_checkerboard mutual_info_classif
mutual_info_regression extract_patches_2d?max_patches silhouette_score?sample_size sample_without_replacement@3
"""
_IMBLEARN = """
SMOTE SMOTEN SMOTENC ADASYN BorderlineSMOTE KMeansSMOTE SVMSMOTE RandomOverSampler RandomUnderSampler SMOTEENN
SMOTETomek BalancedRandomForestClassifier EasyEnsembleClassifier RUSBoostClassifier BalancedBaggingClassifier
ClusterCentroids CondensedNearestNeighbour OneSidedSelection InstanceHardnessThreshold make_imbalance
"""
_GRAPHS = """
erdos_renyi_graph@2 gnp_random_graph@2 fast_gnp_random_graph@2 binomial_graph@2 gnm_random_graph@2
dense_gnm_random_graph@2 barabasi_albert_graph@2 dual_barabasi_albert_graph@4 extended_barabasi_albert_graph@4
watts_strogatz_graph@3 newman_watts_strogatz_graph@3 connected_watts_strogatz_graph@4 powerlaw_cluster_graph@3
random_geometric_graph@5 soft_random_geometric_graph@6 geographical_threshold_graph@7 waxman_graph@6
navigable_small_world_graph@5 random_regular_graph@2 random_lobster_graph@3 random_lobster@3 random_shell_graph@1
random_powerlaw_tree@2 random_labeled_tree random_unlabeled_tree random_tree@1 random_spanning_tree random_cograph@1
random_internet_as_graph@1 random_k_out_graph@4 random_partition_graph@3 planted_partition_graph@4
gaussian_random_partition_graph@6 relaxed_caveman_graph@3 stochastic_block_model@3 LFR_benchmark_graph@11
configuration_model@2 directed_configuration_model@3 expected_degree_graph@1 random_degree_sequence_graph@1
duplication_divergence_graph@2 partial_duplication_graph@4 scale_free_graph@6 gn_graph@3 gnr_graph@3 gnc_graph@2
preferential_attachment_graph@3 gnmk_random_graph@3 double_edge_swap@3 connected_double_edge_swap@3 directed_edge_swap
random_reference@3 lattice_reference@4 sigma@3 omega@3 maximal_independent_set@2 louvain_communities@5
louvain_partitions@4 leiden_communities asyn_lpa_communities@2 asyn_fluidc@3 fast_label_propagation_communities
kernighan_lin_bisection@4 random_walk randomized_partitioning@1 betweenness_centrality?k edge_betweenness_centrality?k
simulated_annealing_tsp@9 threshold_accepting_tsp@9
"""
_SCIPY = """
bootstrap permutation_test monte_carlo_test goodness_of_fit dunnett differential_evolution@9 dual_annealing@10
basinhopping@12 kmeans kmeans2 random@5 random_array rand@5
"""
_STATSMODELS = """
mixture_rvs@4 mv_mixture_rvs@4 multivariate_t_rvs@4 rvs_kernel distance_covariance_test?B MICEData@4 BayesGaussMI@4
RegressionFDR@4 beanplot?jitter=True
"""
_YELLOWBRICK = """
TSNEVisualizer@7 UMAPVisualizer@5 DiscriminationThreshold@8 discrimination_threshold@10
"""

SEEDABLE: dict[str, dict[str, Seedable]] = {
    "sklearn": dict(_told("random_state", "numpy", _SKLEARN)),
    "imblearn": dict(_told("random_state", "numpy", _IMBLEARN)),
    "umap": dict(_told("random_state", "numpy", "UMAP@20 AlignedUMAP@19")),
    "networkx": {
        **dict(_told("seed", "random", _GRAPHS)),
        **dict(
            _told(
                "seed",
                "numpy",
                "spring_layout@10 fruchterman_reingold_layout@10 random_layout@3 arf_layout forceatlas2_layout "
                "draw_spring",
            )
        ),
        **dict(_told("pos", "numpy", "draw@1 draw_networkx@1")),
    },
    "scipy": {
        **dict(_told("rng", "numpy", _SCIPY)),
        **dict(_told("rng", "", "Sobol Halton LatinHypercube PoissonDisk MultivariateNormalQMC MultinomialQMC")),
    },
    "statsmodels": {
        **dict(_told("rng", "", _STATSMODELS)),
        **dict(_told("distrvs", "numpy", "arma_generate_sample@4")),
    },
    "arch": dict(
        _told(
            "seed",
            "",
            "IIDBootstrap IndependentSamplesBootstrap StationaryBootstrap CircularBlockBootstrap MovingBlockBootstrap "
            "MCS SPA StepM RealityCheck",
        )
    ),
    "pointpats": {
        **dict(_told("rng", "", "poisson@3 normal@4 cluster_poisson@5 cluster_normal@4")),
        **dict(_told("", "numpy", "PoissonPointProcess PoissonClusterPointProcess")),
    },
    "yellowbrick": dict(_told("random_state", "numpy", _YELLOWBRICK)),
    "seaborn": {
        **dict(_told("", "numpy", "stripplot!jitter=False catplot!kind")),
        **dict(_told("seed", "", "Jitter@3")),
    },
    "optuna": {
        **dict(_told("seed", "", "TPESampler RandomSampler CmaEsSampler")),
        **dict(_told("sampler", "", "create_study@1")),
    },
    "hyperopt": dict(_told("rstate", "", "fmin")),
    "bayes_opt": dict(_told("random_state", "", "BayesianOptimization")),
    "pymc": dict(_told("random_seed", "", "sample sample_prior_predictive sample_posterior_predictive")),
    "dynesty": dict(_told("rstate", "", "NestedSampler DynamicNestedSampler")),
    "emcee": dict(_told("", "numpy", "EnsembleSampler")),
    "gensim": dict(_told("random_state", "numpy", "LdaModel LdaMulticore")),
    "wordcloud": dict(_told("random_state", "", "WordCloud")),
    "skimage": dict(_told("rng", "", "random_noise")),
    "faker": dict(_told("", "faker", "Faker")),
    "torch": {
        **dict(_told("generator", "torch", "random_split@2 DataLoader?shuffle=True RandomSampler")),
        **dict(_told("", "torch", "dropout dropout1d dropout2d dropout3d alpha_dropout gumbel_softmax")),
    },
    "datasets": dict(_told("seed", "", "train_test_split")),
    "deap": dict(_told("", "random", "eaSimple eaMuPlusLambda eaMuCommaLambda varAnd varOr")),
    "mesa": dict(_told("seed", "", "Model")),
    "nengo": dict(_told("seed", "", "Network@1")),
}
"""Package -> function -> how it is seeded."""

IDLE = frozenset(f"sklearn.svm.{name}" for name in "SVC NuSVC SVR NuSVR OneClassSVM LinearSVC LinearSVR".split())
"""Models that take a number from numpy's global state whenever they are fitted, and (save `SEEDABLE` with
``probability=True``) give the same result whatever it was: seen in scikit-learn's ``svm/_base.py``."""

INHERITED = frozenset(["mesa.Model"])
"""Classes that notebooks inherit from, and that are seeded by what is passed to their ``__init__``."""

SEED_WORDS = frozenset(["seed", "rng", "random_state", "random_seed", "rstate"])
"""Keywords that take a number; a function that has one often takes another under its older name."""

DRAWING_METHODS: dict[str, tuple[str, str, str]] = {
    "rvs": ("scipy", "random_state", "numpy"),
    "generate_sample": ("statsmodels", "distrvs", "numpy"),
}
"""Method -> the package whose objects have it, the keyword that takes a seed, and the generator behind it."""

BALANCING = frozenset(["RandomUnderSampler", "RandomOverSampler", "SMOTE", "SMOTEN", "SMOTENC", "make_imbalance"])
"""Of imbalanced-learn: which rows result differs, how many of each class does not."""

COUNTING = frozenset(["value_counts", "Counter", "nunique", "unique", "bincount"])
"""Calls that count rows by class."""

BOOTSTRAPS = frozenset(f"seaborn.{name}" for name in ("lineplot", "barplot", "pointplot", "regplot", "lmplot"))
"""seaborn's functions that bootstrap a band from fresh entropy, whatever was seeded, unless ``seed=`` is given."""

BOOTSTRAPS_BY_KIND: dict[str, frozenset[str]] = {
    "seaborn.relplot": frozenset(["line"]),
    "seaborn.catplot": frozenset(["bar", "point"]),
    "seaborn.jointplot": frozenset(["reg"]),
    "seaborn.pairplot": frozenset(["reg"]),
}
"""Those that do so for some of their kinds."""

ESTIMATES = frozenset(["seaborn.objects.Est"])
"""What seaborn's other interface adds to a plot for a band."""
