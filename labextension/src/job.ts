/** A long piece of work on the server, as a view can show it. */
import { ISignal, Signal } from '@lumino/signaling';

import type { IBackend, JobRequest, JobResult } from './api';
import { ServerRefusal } from './api';
import type { StepPayload } from './wire';

export type JobState<T> =
  | { kind: 'idle' }
  | { kind: 'running'; step: StepPayload | null }
  | { kind: 'done'; result: T }
  | { kind: 'failed'; message: string; hint: string }
  | { kind: 'cancelled' };

/** One job at a time of one kind. */
export class Job<R extends JobRequest> {
  constructor(private readonly _backend: IBackend) {}

  get state(): JobState<JobResult<R>> {
    return this._state;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get isRunning(): boolean {
    return this._state.kind === 'running';
  }

  /** Start the job after `prepare`, unless one is running. Settles when it ended, however it ended. */
  async start(request: R, prepare?: () => Promise<void>): Promise<void> {
    if (this.isRunning) {
      return;
    }
    const control = (this._control = new AbortController());
    this._set({ kind: 'running', step: null });
    try {
      if (prepare) {
        await prepare();
      }
      const result = await this._backend.runJob(
        request,
        step => this._set({ kind: 'running', step }),
        control.signal
      );
      this._set({ kind: 'done', result });
    } catch (error) {
      this._set(control.signal.aborted ? { kind: 'cancelled' } : failure(error));
    }
  }

  /** Stop the running job. */
  cancel(): void {
    this._control?.abort();
  }

  /** Forget how the last job ended. */
  reset(): void {
    if (!this.isRunning) {
      this._set({ kind: 'idle' });
    }
  }

  private _set(state: JobState<JobResult<R>>): void {
    this._state = state;
    this._stateChanged.emit();
  }

  private _control: AbortController | null = null;
  private _state: JobState<JobResult<R>> = { kind: 'idle' };
  private readonly _stateChanged = new Signal<this, void>(this);
}

/** An error as a job ends with it. */
export function failure(error: unknown): { kind: 'failed'; message: string; hint: string } {
  if (error instanceof ServerRefusal) {
    return { kind: 'failed', message: error.message, hint: error.hint };
  }
  return {
    kind: 'failed',
    message: error instanceof Error ? error.message : String(error),
    hint: ''
  };
}
