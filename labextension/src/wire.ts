// Generated from jupyter_repro/views/payload.py by `python -m jupyter_repro.views.typescript`. Do not edit.

export type Replay = 'ok' | 'changes' | 'fails' | 'unknown';

export type Severity = 'error' | 'warning' | 'info';

export type Verdict = 'reproduced' | 'differs' | 'could-not-run';

export type CellVerdict = 'identical' | 'equivalent' | 'unstable' | 'different' | 'failed' | 'tainted' | 'not-compared';

export type FileMode = 'read' | 'write' | 'delete';

/**
 * One change to the document. ``insert`` puts a code cell with ``source`` at document index ``index``;
 * ``replace`` sets the source of ``cell``; ``move`` puts ``cell`` at ``index``; ``rerun`` runs ``cell``; ``delete``
 * removes it.
 */
export type EditPayload = {
  action: 'insert' | 'replace' | 'move' | 'rerun' | 'delete';
  cell: string | null;
  index: number | null;
  source: string | null;
};

/**
 * A one-click fix: what the button says, and the edits in order.
 */
export type FixPayload = {
  title: string;
  edits: EditPayload[];
};

/**
 * A place that backs a finding: a cell, a run, or both, and what is to be seen there.
 */
export type EvidencePayload = {
  cell: string | null;
  run: number | null;
  text: string;
};

export type FindingPayload = {
  code: string;
  name: string;
  severity: Severity;
  cell: string | null;
  message: string;
  why: string;
  suggestion: string;
  fix: FixPayload | null;
  evidence: EvidencePayload[];
  cells?: string[];
  muted?: string;
};

export type CellPayload = {
  id: string;
  index: number;
  execution_count: number | null;
  replay: Replay;
  because: string;
  resources: string[];
  findings: string[];
  blind_spots: string[];
  related?: string[];
};

export type SessionPayload = {
  id: string;
  started: string;
  python: string;
  platform: string;
  runs: number;
  ended: string | null;
  layers: Record<string, string>;
};

export type SummaryPayload = {
  ok: number;
  changes: number;
  fails: number;
  unknown: number;
  headline: string;
};

export type CheckPayload = {
  version: number;
  notebook: string;
  session: SessionPayload | null;
  summary: SummaryPayload;
  cells: CellPayload[];
  findings: FindingPayload[];
  muted: FindingPayload[];
  damage: string[];
};

export type FilePayload = {
  path: string;
  mode: FileMode;
  digest: string | null;
  size: number | null;
  seen_by: string;
  role: 'user' | 'module' | 'noise';
  kept?: boolean;
};

export type SeedPayload = {
  generator: string;
  value: string;
  origin: string;
};

export type DrawPayload = {
  generator: string;
  seeded: boolean;
  before: string;
  after: string;
  state: string | null;
  by_import?: boolean;
};

export type SettingPayload = {
  name: string;
  before: string;
  after: string;
};

export type OutsidePayload = {
  kind: 'clock' | 'entropy' | 'network' | 'process' | 'stdin' | 'thread' | 'machine';
  what: string;
  detail?: Record<string, string>;
};

export type ModulePayload = {
  name: string;
  distribution: string | null;
  version: string | null;
  origin: string;
  path?: string;
};

export type RunPayload = {
  n: number;
  cell: string | null;
  execution_count: number | null;
  started: string;
  ended: string;
  status: 'ok' | 'error' | 'interrupted' | 'syntax-error';
  source: string;
  source_digest: string;
  reads: string[];
  writes: string[];
  mutates: string[];
  deletes: string[];
  files: FilePayload[];
  seeds: SeedPayload[];
  rng: string[];
  outside: OutsidePayload[];
  modules: ModulePayload[];
  blind_spots: string[];
  draws?: DrawPayload[];
  settings?: SettingPayload[];
  variables?: string[];
  aliases?: string[][];
  magics?: string[];
  error?: string;
};

export type DistributionPayload = {
  name: string;
  version: string;
  origin: string;
  modules: string[];
  url?: string;
};

export type SystemFilePayload = {
  path: string;
  package: string;
};

export type SessionLogPayload = {
  id: string;
  started: string;
  ended: string | null;
  python: string;
  platform: string;
  executable: string;
  cwd: string;
  env: Record<string, string>;
  hardware: Record<string, string>;
  git: Record<string, string>;
  layers: Record<string, string>;
  distributions: DistributionPayload[];
  runs: RunPayload[];
  libraries?: SystemFilePayload[];
  executables?: SystemFilePayload[];
};

export type LogPayload = {
  version: number;
  notebook: string;
  sessions: SessionLogPayload[];
  damage: string[];
};

export type CellVerdictPayload = {
  id: string;
  index: number;
  verdict: CellVerdict;
  cause: string;
  detail: string;
};

export type FileVerdictPayload = {
  path: string;
  verdict: 'identical' | 'equivalent' | 'different' | 'missing' | 'unexpected';
  detail: string;
};

/**
 * What a rerun with one condition of its world changed said.
 */
export type AxisPayload = {
  axis: string;
  verdict: 'holds' | 'breaks' | 'not-varied';
  because: string;
  cells: string[];
  files: string[];
};

export type VerifyPayload = {
  version: number;
  target: string;
  verdict: Verdict;
  room: string;
  because: string;
  cells: CellVerdictPayload[];
  files: FileVerdictPayload[];
  axes: AxisPayload[];
  ignored: Record<string, number>;
  runs: number;
  seconds: number;
};

/**
 * One step of the linearization ladder that was tried.
 */
export type RungPayload = {
  rung: 'document' | 'slice' | 'session';
  verdict: 'reproduced' | 'differs' | 'could-not-run' | 'not-tried';
  because: string;
};

export type ExportPayload = {
  version: number;
  notebook: string;
  bundle: string;
  report: string;
  proven: boolean;
  room: string | null;
  rung: 'document' | 'slice' | 'session';
  ladder: RungPayload[];
  verify: VerifyPayload | null;
  digest: string;
};

/**
 * Progress of a job: see `jupyter_repro.progress.Step`.
 */
export type StepPayload = {
  stage: string;
  message: string;
  done: number;
  total: number | null;
};

export type RunNamePayload = {
  session: string;
  run: number;
  cell: string | null;
  started: string;
};

/**
 * One difference between two runs, each side as a short text.
 */
export type ChangePayload = {
  aspect: 'status' | 'input' | 'made' | 'output' | 'file' | 'generator' | 'setting' | 'module' | 'environment';
  what: string;
  first: string;
  second: string;
};

export type DiffPayload = {
  version: number;
  first: RunNamePayload;
  second: RunNamePayload;
  same: boolean;
  source: string[];
  changes: ChangePayload[];
};

export type TraceStepPayload = {
  notebook: string;
  session: string;
  run: number;
  cell: string | null;
  started: string;
  mode: FileMode;
  digest: string | null;
  seen_by: string;
};

export type TracePayload = {
  version: number;
  file: string;
  digest: string | null;
  steps: TraceStepPayload[];
  warnings: string[];
};

/**
 * What the panel asks for after each run and edit: the judgement and the history in one answer.
 */
export type PanelPayload = {
  check: CheckPayload;
  log: LogPayload;
};
