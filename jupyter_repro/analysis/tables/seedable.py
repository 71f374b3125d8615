"""Functions of libraries that take a seed and differ from call to call without one: tables that `flow` looks up.

scikit-learn's convention (``random_state=None`` draws from numpy's global state), seaborn's bootstrap, and what the
reference pages of widely used libraries say. What other libraries draw is seen by the tracker, not guessed.
"""

from __future__ import annotations

RANDOM_STATE: dict[str, frozenset[str]] = {
    "sklearn": frozenset(
        (
            "train_test_split ShuffleSplit StratifiedShuffleSplit GroupShuffleSplit RepeatedKFold "
            "RepeatedStratifiedKFold RandomizedSearchCV HalvingRandomSearchCV HalvingGridSearchCV "
            "permutation_importance permutation_test_score resample shuffle RandomForestClassifier "
            "RandomForestRegressor ExtraTreesClassifier ExtraTreesRegressor RandomTreesEmbedding ExtraTreeClassifier "
            "ExtraTreeRegressor BaggingClassifier BaggingRegressor IsolationForest MLPClassifier MLPRegressor "
            "BernoulliRBM SGDClassifier SGDRegressor SGDOneClassSVM Perceptron PassiveAggressiveClassifier "
            "PassiveAggressiveRegressor RANSACRegressor TheilSenRegressor KMeans MiniBatchKMeans BisectingKMeans "
            "SpectralClustering SpectralBiclustering SpectralCoclustering GaussianMixture BayesianGaussianMixture "
            "TSNE MDS SpectralEmbedding FastICA MiniBatchNMF LatentDirichletAllocation DictionaryLearning "
            "MiniBatchDictionaryLearning TruncatedSVD FactorAnalysis MiniBatchSparsePCA SparsePCA RBFSampler Nystroem "
            "SkewedChi2Sampler PolynomialCountSketch GaussianRandomProjection SparseRandomProjection IterativeImputer "
            "make_classification make_regression make_blobs make_moons make_circles make_friedman1 make_friedman2 "
            "make_friedman3 make_gaussian_quantiles make_hastie_10_2 make_low_rank_matrix "
            "make_multilabel_classification make_s_curve make_sparse_coded_signal make_sparse_spd_matrix "
            "make_sparse_uncorrelated make_spd_matrix make_swiss_roll make_biclusters make_checkerboard "
            "mutual_info_classif mutual_info_regression"
        ).split()
    ),
    "imblearn": frozenset(
        (
            "SMOTE SMOTEN SMOTENC ADASYN BorderlineSMOTE KMeansSMOTE SVMSMOTE RandomOverSampler RandomUnderSampler "
            "SMOTEENN SMOTETomek BalancedRandomForestClassifier EasyEnsembleClassifier RUSBoostClassifier "
            "BalancedBaggingClassifier ClusterCentroids InstanceHardnessThreshold make_imbalance"
        ).split()
    ),
    "umap": frozenset(["UMAP"]),
}
"""Package -> its classes and functions whose result changes from call to call with ``random_state=None``."""

SEEDED_BY: dict[str, tuple[str, str]] = {
    **{
        f"networkx.{name}": ("seed", "numpy")
        for name in "spring_layout fruchterman_reingold_layout random_layout arf_layout forceatlas2_layout".split()
    },
    **{
        f"networkx.{name}": ("seed", "random")
        for name in (
            "erdos_renyi_graph gnp_random_graph fast_gnp_random_graph binomial_graph gnm_random_graph "
            "dense_gnm_random_graph barabasi_albert_graph dual_barabasi_albert_graph watts_strogatz_graph "
            "newman_watts_strogatz_graph connected_watts_strogatz_graph powerlaw_cluster_graph random_geometric_graph "
            "soft_random_geometric_graph waxman_graph random_regular_graph random_lobster random_labeled_tree "
            "random_tree stochastic_block_model planted_partition_graph gaussian_random_partition_graph "
            "relaxed_caveman_graph LFR_benchmark_graph configuration_model expected_degree_graph double_edge_swap "
            "scale_free_graph gn_graph gnr_graph community.louvain_communities community.asyn_lpa_communities"
        ).split()
    },
    **{f"networkx.{name}": ("pos", "numpy") for name in ("draw", "draw_networkx")},
    "networkx.draw_spring": ("seed", "numpy"),
    **{
        f"scipy.{name}": ("rng", "numpy")
        for name in (
            "stats.bootstrap stats.permutation_test stats.monte_carlo_test optimize.differential_evolution "
            "optimize.dual_annealing optimize.basinhopping cluster.vq.kmeans cluster.vq.kmeans2 sparse.random "
            "sparse.random_array sparse.rand"
        ).split()
    },
    **{f"scipy.stats.qmc.{name}": ("rng", "") for name in ("Sobol", "Halton", "LatinHypercube", "PoissonDisk")},
    **{
        f"arch.bootstrap.{name}": ("seed", "")
        for name in (
            "IIDBootstrap IndependentSamplesBootstrap StationaryBootstrap CircularBlockBootstrap MovingBlockBootstrap"
        ).split()
    },
    **{f"optuna.samplers.{name}": ("seed", "") for name in ("TPESampler", "RandomSampler", "CmaEsSampler")},
    "optuna.create_study": ("sampler", ""),
    **{
        f"pymc.{name}": ("random_seed", "")
        for name in ("sample", "sample_prior_predictive", "sample_posterior_predictive")
    },
    **{f"dynesty.{name}": ("rstate", "") for name in ("NestedSampler", "DynamicNestedSampler")},
    "emcee.EnsembleSampler": ("", "numpy"),
    "statsmodels.tsa.arima_process.arma_generate_sample": ("distrvs", "numpy"),
    "statsmodels.api.tsa.arma_generate_sample": ("distrvs", "numpy"),
    "wordcloud.WordCloud": ("random_state", ""),
    "skimage.util.random_noise": ("rng", ""),
    "bayes_opt.BayesianOptimization": ("random_state", ""),
    "faker.Faker": ("", "faker"),
}
"""Function -> the keyword that takes a seed (or what would be drawn; empty: none does), and the global generator that
can be seeded instead (empty: none)."""

SEED_WORDS = frozenset(["seed", "rng", "random_state", "random_seed"])
"""Keywords that take a number; a function that has one often takes another under its older name."""

BALANCING = frozenset(["RandomUnderSampler", "RandomOverSampler", "SMOTE", "SMOTEN", "SMOTENC", "make_imbalance"])
"""Of imbalanced-learn: which rows result differs, how many of each class does not."""

COUNTING = frozenset(["value_counts", "Counter", "nunique", "unique", "bincount"])
"""Calls that count rows by class."""

SHUFFLED_BY_OPTION = frozenset(["KFold", "StratifiedKFold", "StratifiedGroupKFold", "GroupKFold"])
"""Splitters of scikit-learn that draw only with ``shuffle=True``."""

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
