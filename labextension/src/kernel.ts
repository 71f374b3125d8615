/**
 * Loads the tracker into a notebook's kernel by one silent request, again after each restart, and listens to its comm.
 *
 * The code comes from the server, so that the kernel's environment does not need this package. The panel opens the
 * comm: a kernel that opened one would disturb frontends without this extension.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

import type { IBackend, Injection } from './api';

export const COMM_TARGET = 'jupyter_repro';

/** Whether and how runs of this notebook are being recorded. */
export type Tracking =
  | { kind: 'off' }
  | { kind: 'no-kernel' }
  | { kind: 'loading' }
  | { kind: 'on' }
  | { kind: 'other-language'; language: string }
  | { kind: 'refused'; reason: string };

/** What the link needs from outside. */
export interface ILinkOptions {
  /** Contents path of the notebook, null where it does not lie on the server. */
  path: () => string | null;
  /** Whether to load the tracker at all, once the settings are known. */
  enabled: () => Promise<boolean>;
  backend: Pick<IBackend, 'trackerRequest' | 'trackerAnswer'>;
}

export class KernelLink implements IDisposable {
  constructor(
    private readonly _context: ISessionContext,
    private readonly _options: ILinkOptions
  ) {
    _context.kernelChanged.connect(this._onKernel, this);
    _context.statusChanged.connect(this._onStatus, this);
    void _context.ready.then(() => this.reload());
  }

  get tracking(): Tracking {
    return this._tracking;
  }

  /** Emitted when `tracking` changed. */
  get trackingChanged(): ISignal<this, void> {
    return this._trackingChanged;
  }

  /** Emitted when the kernel recorded something. */
  get recorded(): ISignal<this, void> {
    return this._recorded;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._closeComm();
    Signal.clearData(this);
  }

  /** Load the tracker into the kernel there is now. Never rejects; the outcome is `tracking`. */
  async reload(): Promise<void> {
    const attempt = ++this._attempt;
    const kernel = this._context.session?.kernel;
    this._closeComm();
    if (this._isDisposed || !kernel) {
      this._set({ kind: 'no-kernel' });
      return;
    }
    try {
      const outcome = await this._load(kernel, attempt);
      if (outcome && attempt === this._attempt && !this._isDisposed) {
        this._set(outcome);
      }
    } catch (error) {
      // A restart cancels what is under way: the next idle status loads again.
      if (attempt === this._attempt && !this._isDisposed && !kernel.isDisposed) {
        this._set({
          kind: 'refused',
          reason: error instanceof Error ? error.message : String(error)
        });
      }
    }
  }

  /** The outcome, null where a newer attempt took over. */
  private async _load(kernel: Kernel.IKernelConnection, attempt: number): Promise<Tracking | null> {
    const { language_info } = await kernel.info;
    if (language_info.name.toLowerCase() !== 'python') {
      return { kind: 'other-language', language: language_info.name };
    }
    if (!(await this._options.enabled())) {
      return { kind: 'off' };
    }
    this._set({ kind: 'loading' });
    for (const carry of [false, true]) {
      const injection = await this._inject(kernel, attempt, carry);
      if (injection === null) {
        return null;
      }
      if (injection.loaded) {
        this._openComm(kernel);
        return { kind: 'on' };
      }
      if (injection.code !== 'unreachable' || carry) {
        return { kind: 'refused', reason: injection.reason };
      }
    }
    return null;
  }

  /** Send the one silent request. Null where a newer attempt took over. */
  private async _inject(
    kernel: Kernel.IKernelConnection,
    attempt: number,
    carry: boolean
  ): Promise<Injection | null> {
    const { backend, path } = this._options;
    const request = await backend.trackerRequest(path() ?? '', carry);
    if (attempt !== this._attempt || kernel.isDisposed) {
      return null;
    }
    const { content } = await kernel.requestExecute(request).done;
    return attempt === this._attempt ? backend.trackerAnswer(content) : null;
  }

  private _openComm(kernel: Kernel.IKernelConnection): void {
    if (!kernel.handleComms) {
      return; // NotebookActions.executed still tells of runs in this window.
    }
    const comm = kernel.createComm(COMM_TARGET);
    comm.onMsg = (message: KernelMessage.ICommMsgMsg) => {
      if (message.content.data.event !== undefined) {
        this._recorded.emit();
      }
    };
    comm.open({});
    this._comm = comm;
  }

  private _closeComm(): void {
    const comm = this._comm;
    this._comm = null;
    if (comm && !comm.isDisposed) {
      comm.dispose();
    }
  }

  private _onKernel(): void {
    void this.reload();
  }

  private _onStatus(_: ISessionContext, status: KernelMessage.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._attempt++;
      this._needsLoad = true;
      this._set({ kind: 'loading' });
    } else if (status === 'idle' && this._needsLoad) {
      this._needsLoad = false;
      void this.reload();
    } else if (status === 'dead') {
      this._attempt++;
      this._set({ kind: 'no-kernel' });
    }
  }

  private _set(tracking: Tracking): void {
    this._tracking = tracking;
    this._trackingChanged.emit();
  }

  private _attempt = 0;
  private _comm: Kernel.IComm | null = null;
  private _isDisposed = false;
  private _needsLoad = false;
  private _tracking: Tracking = { kind: 'loading' };
  private readonly _trackingChanged = new Signal<this, void>(this);
  private readonly _recorded = new Signal<this, void>(this);
}
