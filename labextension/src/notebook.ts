/** What the panel knows of one open notebook. No DOM: the notebook is behind `INotebookSource`, the server behind `IBackend`. */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { ExportRequest, IBackend, ProveRequest } from './api';
import { failure, Job } from './job';
import type { Tracking } from './kernel';
import type {
  CellPayload,
  CheckPayload,
  FindingPayload,
  PanelPayload,
  SessionLogPayload
} from './wire';

/** Milliseconds of quiet after an edit before the server is asked again. */
const EDIT_QUIET = 600;
/** The same after a run: its outputs and execution count arrive just behind the kernel's word. */
const RUN_QUIET = 120;

/** The open notebook, as the model needs it. */
export interface INotebookSource {
  /** Contents path on the server; null for one that lies elsewhere. */
  readonly path: string | null;
  /** The notebook's JSON as it stands, saved or not. */
  content(): INotebookContent;
  /** Write it to disk if it has unsaved changes. */
  save(): Promise<void>;
  readonly isReadOnly: boolean;
}

export interface INotebookContent {
  cells: {
    id?: unknown;
    cell_type: string;
    source: string | string[];
    execution_count?: unknown;
  }[];
}

/** A cell as labels need it. */
export type CellLabel = { id: string; index: number; count: number | null; firstLine: string };

/** What there is to show. */
export type NotebookView =
  | { kind: 'waiting' }
  | { kind: 'other-language'; language: string }
  | { kind: 'failed'; message: string; hint: string }
  | { kind: 'judged'; panel: PanelPayload; failure: { message: string; hint: string } | null };

export class NotebookState implements IDisposable {
  constructor(
    private readonly _source: INotebookSource,
    private readonly _backend: IBackend
  ) {
    this.proof = new Job<ProveRequest>(_backend);
    this.bundle = new Job<ExportRequest>(_backend);
    this.proof.stateChanged.connect(this._emit, this);
    this.bundle.stateChanged.connect(this._emit, this);
    this._edits = new Debouncer(() => this.refresh(), EDIT_QUIET);
    this._runs = new Debouncer(() => this.refresh(), RUN_QUIET);
  }

  readonly proof: Job<ProveRequest>;
  readonly bundle: Job<ExportRequest>;

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get path(): string | null {
    return this._source.path;
  }

  get isReadOnly(): boolean {
    return this._source.isReadOnly;
  }

  get tracking(): Tracking {
    return this._tracking;
  }

  set tracking(tracking: Tracking) {
    this._tracking = tracking;
    this._emit();
    if (tracking.kind === 'on') {
      this.noteRun();
    }
  }

  get view(): NotebookView {
    if (this._tracking.kind === 'other-language') {
      return this._tracking;
    }
    if (this._panel) {
      return { kind: 'judged', panel: this._panel, failure: this._failure };
    }
    return this._failure ? { kind: 'failed', ...this._failure } : { kind: 'waiting' };
  }

  get check(): CheckPayload | null {
    return this._panel?.check ?? null;
  }

  /** The recorded sessions, newest first. */
  get sessions(): readonly SessionLogPayload[] {
    return this._sessions;
  }

  get cells(): ReadonlyMap<string, CellLabel> {
    return this._cells;
  }

  /** Whether the notebook was edited or run since the proof that is shown. */
  get isProofOutdated(): boolean {
    return this.proof.state.kind === 'done' && this._generation !== this._provenGeneration;
  }

  /** Whether a judgement is under way or due. */
  get isChecking(): boolean {
    return this._inFlight;
  }

  /** The forecast of a cell. */
  forecast(cell: string): CellPayload | undefined {
    return this.check?.cells.find(each => each.id === cell);
  }

  /** The findings of these severities, most serious first. */
  findings(shown: (severity: FindingPayload['severity']) => boolean): FindingPayload[] {
    return (this.check?.findings ?? []).filter(each => shown(each.severity));
  }

  /** The document changed: ask again when the user pauses. */
  noteEdit(): void {
    if (!this._isDisposed) {
      void this._edits.invoke().catch(() => undefined);
    }
  }

  /** A run was recorded: ask again at once. */
  noteRun(): void {
    if (!this._isDisposed) {
      void this._runs.invoke().catch(() => undefined);
    }
  }

  /** Ask the server for a judgement of the notebook as it stands. One request at a time; the last wish wins. */
  async refresh(): Promise<void> {
    if (this._isDisposed || this._tracking.kind === 'other-language') {
      return;
    }
    if (this._inFlight) {
      this._again = true;
      return;
    }
    this._inFlight = true;
    this._emit();
    try {
      await this._judge();
    } finally {
      this._inFlight = false;
      this._emit();
      if (this._again) {
        this._again = false;
        void this.refresh();
      }
    }
  }

  /** Replay the notebook in a fresh kernel on the server. */
  async prove(): Promise<void> {
    const path = this._source.path;
    if (path === null) {
      return;
    }
    const content = this._source.content();
    this._provenGeneration = this._generationOf(content);
    await this.proof.start({ kind: 'prove', path, content });
  }

  /** Export the notebook as a bundle; unsaved changes are saved first. */
  async export(target: string, room: string | null, force: boolean): Promise<void> {
    const path = this._source.path;
    if (path !== null) {
      await this.bundle.start({ kind: 'export', path, target, room, force }, () =>
        this._source.save()
      );
    }
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.proof.cancel();
    this.bundle.cancel();
    this._edits.dispose();
    this._runs.dispose();
    Signal.clearData(this);
  }

  private async _judge(): Promise<void> {
    const path = this._source.path;
    if (path === null) {
      this._failure = {
        message: 'This notebook does not lie on the Jupyter server',
        hint: 'Copy it into a folder of the server; its history is kept beside it.'
      };
      return;
    }
    const content = this._source.content();
    try {
      const panel = await this._backend.judge(path, content);
      this._panel = panel;
      this._sessions = [...panel.log.sessions].reverse();
      this._cells = labels(content);
      this._generation = this._generationOf(content);
      this._failure = null;
    } catch (error) {
      const { message, hint } = failure(error);
      this._failure = { message, hint };
    }
  }

  /** Changes when the code or the execution counts do. */
  private _generationOf(content: INotebookContent): string {
    return JSON.stringify(content.cells.map(cell => [cell.id, cell.source, cell.execution_count]));
  }

  private _emit(): void {
    if (!this._isDisposed) {
      this._stateChanged.emit();
    }
  }

  private _again = false;
  private _cells: ReadonlyMap<string, CellLabel> = new Map();
  private readonly _edits: Debouncer<void, unknown, never[]>;
  private _failure: { message: string; hint: string } | null = null;
  private _generation = '';
  private _inFlight = false;
  private _isDisposed = false;
  private _panel: PanelPayload | null = null;
  private _provenGeneration = '';
  private readonly _runs: Debouncer<void, unknown, never[]>;
  private _sessions: readonly SessionLogPayload[] = [];
  private readonly _stateChanged = new Signal<this, void>(this);
  private _tracking: Tracking = { kind: 'loading' };
}

/** The code cells by id. */
export function labels(content: INotebookContent): Map<string, CellLabel> {
  const found = new Map<string, CellLabel>();
  content.cells.forEach((cell, index) => {
    if (cell.cell_type === 'code' && typeof cell.id === 'string') {
      const count = typeof cell.execution_count === 'number' ? cell.execution_count : null;
      found.set(cell.id, { id: cell.id, index, count, firstLine: firstLine(cell.source) });
    }
  });
  return found;
}

/** The first line of a source that says something: comments only where there is nothing else. */
export function firstLine(source: string | readonly string[]): string {
  const text = typeof source === 'string' ? source : source.join('');
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line);
  return lines.find(line => !line.startsWith('#')) ?? lines[0] ?? '';
}
