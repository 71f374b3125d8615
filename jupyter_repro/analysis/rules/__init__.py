"""All rules, one explicit list per category: to add a rule, write its file and name it here."""

from __future__ import annotations

from jupyter_repro.analysis.findings.rule import Rule
from jupyter_repro.analysis.rules.data.absolute_path import AbsolutePath
from jupyter_repro.analysis.rules.data.backslash_path import BackslashPath
from jupyter_repro.analysis.rules.data.changed_input_file import ChangedInputFile
from jupyter_repro.analysis.rules.data.missing_input_file import MissingInputFile
from jupyter_repro.analysis.rules.data.network_input import NetworkInput
from jupyter_repro.analysis.rules.data.output_written_twice import OutputWrittenTwice
from jupyter_repro.analysis.rules.data.oversized_output import OversizedOutput
from jupyter_repro.analysis.rules.data.overwritten_input import OverwrittenInput
from jupyter_repro.analysis.rules.data.path_outside_project import PathOutsideProject
from jupyter_repro.analysis.rules.data.random_file import RandomFile
from jupyter_repro.analysis.rules.data.secret_in_output import SecretInOutput
from jupyter_repro.analysis.rules.data.secret_in_source import SecretInSource
from jupyter_repro.analysis.rules.data.stdin_input import StdinInput
from jupyter_repro.analysis.rules.data.truncated_display import TruncatedDisplay
from jupyter_repro.analysis.rules.data.widget_state import WidgetState
from jupyter_repro.analysis.rules.data.wrong_case_path import WrongCasePath
from jupyter_repro.analysis.rules.environment.changed_folder import ChangedFolder
from jupyter_repro.analysis.rules.environment.deprecated_api import DeprecatedApi
from jupyter_repro.analysis.rules.environment.environment_variable import EnvironmentVariable
from jupyter_repro.analysis.rules.environment.gpu_only import GpuOnly
from jupyter_repro.analysis.rules.environment.hidden_warnings import HiddenWarnings
from jupyter_repro.analysis.rules.environment.library_changed import LibraryChanged
from jupyter_repro.analysis.rules.environment.local_module import LocalModule
from jupyter_repro.analysis.rules.environment.missing_import import MissingImport
from jupyter_repro.analysis.rules.environment.missing_kernelspec import MissingKernelspec
from jupyter_repro.analysis.rules.environment.mixed_pythons import MixedPythons
from jupyter_repro.analysis.rules.environment.path_edit import PathEdit
from jupyter_repro.analysis.rules.environment.silent_shell_failure import SilentShellFailure
from jupyter_repro.analysis.rules.environment.swallowed_import import SwallowedImport
from jupyter_repro.analysis.rules.environment.unlockable_install import UnlockableInstall
from jupyter_repro.analysis.rules.environment.unlocked_import import UnlockedImport
from jupyter_repro.analysis.rules.environment.unpinned_install import UnpinnedInstall
from jupyter_repro.analysis.rules.nondeterminism.address_in_output import AddressInOutput
from jupyter_repro.analysis.rules.nondeterminism.bootstrap_band import BootstrapBand
from jupyter_repro.analysis.rules.nondeterminism.clock_in_output import ClockInOutput
from jupyter_repro.analysis.rules.nondeterminism.date_in_output import DateInOutput
from jupyter_repro.analysis.rules.nondeterminism.hash_in_output import HashInOutput
from jupyter_repro.analysis.rules.nondeterminism.machine_in_output import MachineInOutput
from jupyter_repro.analysis.rules.nondeterminism.random_identifier import RandomIdentifier
from jupyter_repro.analysis.rules.nondeterminism.set_order import SetOrder
from jupyter_repro.analysis.rules.nondeterminism.thread_order import ThreadOrder
from jupyter_repro.analysis.rules.nondeterminism.timing_in_output import TimingInOutput
from jupyter_repro.analysis.rules.nondeterminism.uninitialised_memory import UninitialisedMemory
from jupyter_repro.analysis.rules.nondeterminism.unordered_listing import UnorderedListing
from jupyter_repro.analysis.rules.nondeterminism.unseeded_generator import UnseededGenerator
from jupyter_repro.analysis.rules.nondeterminism.unseeded_random import UnseededRandom
from jupyter_repro.analysis.rules.nondeterminism.unseeded_random_state import UnseededRandomState
from jupyter_repro.analysis.rules.nondeterminism.unstable_seed import UnstableSeed
from jupyter_repro.analysis.rules.order.defined_further_down import DefinedFurtherDown
from jupyter_repro.analysis.rules.order.file_read_before_written import FileReadBeforeWritten
from jupyter_repro.analysis.rules.order.run_out_of_order import RunOutOfOrder
from jupyter_repro.analysis.rules.state.defined_by_deleted_cell import DefinedByDeletedCell
from jupyter_repro.analysis.rules.state.edited_since_run import EditedSinceRun
from jupyter_repro.analysis.rules.state.error_left_in_place import ErrorLeftInPlace
from jupyter_repro.analysis.rules.state.hidden_store import HiddenStore
from jupyter_repro.analysis.rules.state.never_run import NeverRun
from jupyter_repro.analysis.rules.state.output_without_code import OutputWithoutCode
from jupyter_repro.analysis.rules.state.replay_differs import ReplayDiffers
from jupyter_repro.analysis.rules.state.rerun_changed_state import RerunChangedState
from jupyter_repro.analysis.rules.state.stale_input import StaleInput
from jupyter_repro.analysis.rules.state.undefined_name import UndefinedName
from jupyter_repro.analysis.rules.state.unstable_output import UnstableOutput

STATE: tuple[type[Rule], ...] = (
    StaleInput,
    EditedSinceRun,
    DefinedByDeletedCell,
    RerunChangedState,
    NeverRun,
    ErrorLeftInPlace,
    OutputWithoutCode,
    HiddenStore,
    UndefinedName,
    UnstableOutput,
    ReplayDiffers,
)

ORDER: tuple[type[Rule], ...] = (
    RunOutOfOrder,
    DefinedFurtherDown,
    FileReadBeforeWritten,
)

DATA: tuple[type[Rule], ...] = (
    AbsolutePath,
    MissingInputFile,
    ChangedInputFile,
    OverwrittenInput,
    OutputWrittenTwice,
    PathOutsideProject,
    WrongCasePath,
    BackslashPath,
    NetworkInput,
    StdinInput,
    TruncatedDisplay,
    OversizedOutput,
    WidgetState,
    RandomFile,
    SecretInSource,
    SecretInOutput,
)

NONDETERMINISM: tuple[type[Rule], ...] = (
    UnseededRandom,
    UnseededGenerator,
    UnseededRandomState,
    UnstableSeed,
    ClockInOutput,
    TimingInOutput,
    DateInOutput,
    UnorderedListing,
    SetOrder,
    UninitialisedMemory,
    RandomIdentifier,
    HashInOutput,
    MachineInOutput,
    AddressInOutput,
    BootstrapBand,
    ThreadOrder,
)

ENVIRONMENT: tuple[type[Rule], ...] = (
    MissingImport,
    UnlockedImport,
    LocalModule,
    LibraryChanged,
    UnpinnedInstall,
    MissingKernelspec,
    MixedPythons,
    ChangedFolder,
    SilentShellFailure,
    SwallowedImport,
    GpuOnly,
    DeprecatedApi,
    PathEdit,
    UnlockableInstall,
    EnvironmentVariable,
    HiddenWarnings,
)

CATEGORIES: dict[str, tuple[type[Rule], ...]] = {
    "state": STATE,
    "order": ORDER,
    "data": DATA,
    "nondeterminism": NONDETERMINISM,
    "environment": ENVIRONMENT,
}

RULES: dict[str, type[Rule]] = {rule.code: rule for category in CATEGORIES.values() for rule in category}
"""Every rule by its code."""
