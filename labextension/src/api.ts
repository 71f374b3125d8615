/** The one way to the server: every request of the panel goes through `request` or `runJob`. */
import { URLExt } from '@jupyterlab/coreutils';
import type { KernelMessage } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';

import type { ExportPayload, PanelPayload, StepPayload, VerifyPayload } from './wire';

const ROOT = 'jupyter-repro';

/** What the server said when it could not do as asked: what, what to do about it, and the CLI's exit code. */
export class ServerRefusal extends Error {
  constructor(
    message: string,
    readonly hint: string = '',
    readonly exitCode: number | null = null
  ) {
    super(message);
    this.name = 'ServerRefusal';
  }
}

export type Room = {
  name: string;
  title: string;
  available: boolean;
  /** Why it is not available, or what to know before taking it. */
  because: string;
};

/** How loading the tracker into a kernel went. */
export type Injection = {
  loaded: boolean;
  /** Why the kernel cannot be tracked, one sentence; empty when it is. */
  reason: string;
  /** ``unreachable``: the kernel does not see the server's files; ask again carrying the sources. */
  code: string;
};

export type ProveRequest = { kind: 'prove'; path: string; content: unknown };
export type ExportRequest = {
  kind: 'export';
  path: string;
  /** Contents path of the folder or zip to write. */
  target: string;
  /** Room to prove in; null to export without a proof. */
  room: string | null;
  force: boolean;
};
export type JobRequest = ProveRequest | ExportRequest;
export type JobResult<R extends JobRequest> = R extends ProveRequest
  ? VerifyPayload
  : ExportPayload;

/** What the panel asks of the server. An interface, so that the models can be tested without one. */
export interface IBackend {
  judge(path: string, content: unknown): Promise<PanelPayload>;
  /** The request that loads the tracker; with `carry` the tracker's sources travel in it. */
  trackerRequest(
    path: string,
    carry: boolean
  ): Promise<KernelMessage.IExecuteRequestMsg['content']>;
  /** What the kernel's answer to that request means. */
  trackerAnswer(reply: KernelMessage.IExecuteReplyMsg['content']): Promise<Injection>;
  rooms(): Promise<Room[]>;
  /** Run a job to its end. Rejects with a ServerRefusal, or with an AbortError once `signal` is aborted. */
  runJob<R extends JobRequest>(
    job: R,
    onStep: (step: StepPayload) => void,
    signal: AbortSignal
  ): Promise<JobResult<R>>;
  /** Address of a report, served in a sandbox. */
  reportUrl(path: string): string;
}

export class Backend implements IBackend {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  judge(path: string, content: unknown): Promise<PanelPayload> {
    return this._json<PanelPayload>('panel', post({ path, content }));
  }

  trackerRequest(
    path: string,
    carry: boolean
  ): Promise<KernelMessage.IExecuteRequestMsg['content']> {
    return this._json(
      `tracker${URLExt.objectToQueryString({ path, carry: carry ? 'yes' : 'no' })}`
    );
  }

  trackerAnswer(reply: KernelMessage.IExecuteReplyMsg['content']): Promise<Injection> {
    return this._json<Injection>('tracker', post({ reply }));
  }

  async rooms(): Promise<Room[]> {
    return (await this._json<{ rooms: Room[] }>('rooms')).rooms;
  }

  async runJob<R extends JobRequest>(
    job: R,
    onStep: (step: StepPayload) => void,
    signal: AbortSignal
  ): Promise<JobResult<R>> {
    const response = await this._request('jobs', { ...post(job), signal });
    for await (const line of jsonLines(response)) {
      if (isLine(line, 'step')) {
        onStep(line.step as StepPayload);
      } else if (isLine(line, 'result')) {
        return line.result as JobResult<R>;
      } else if (isLine(line, 'error')) {
        throw refusal(line.error, 'The job failed');
      }
    }
    throw new ServerRefusal(
      'The server ended the job without a result',
      'Its log has the details.'
    );
  }

  reportUrl(path: string): string {
    return (
      URLExt.join(this._settings.baseUrl, ROOT, 'report') + URLExt.objectToQueryString({ path })
    );
  }

  private async _json<T>(endpoint: string, init: RequestInit = {}): Promise<T> {
    return (await (await this._request(endpoint, init)).json()) as T;
  }

  private async _request(endpoint: string, init: RequestInit): Promise<Response> {
    const url = URLExt.join(this._settings.baseUrl, ROOT) + '/' + endpoint;
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this._settings);
    } catch (error) {
      if (init.signal?.aborted) {
        throw error;
      }
      throw new ServerRefusal('The Jupyter server cannot be reached', 'Is it still running?');
    }
    if (response.ok) {
      return response;
    }
    const text = await response.text();
    if (response.status === 404 && !text.includes('message')) {
      throw new ServerRefusal(
        'The server does not have the jupyter-repro extension',
        'Install jupyter-repro where the server runs: pip install jupyter-repro, then restart it.'
      );
    }
    throw refusal(parse(text), `The server answered ${response.status} ${response.statusText}`);
  }
}

/** The JSON values of a response's lines as they arrive. Blank lines are signs of life. */
export async function* jsonLines(response: Response): AsyncGenerator<unknown> {
  const reader = response.body?.getReader();
  if (!reader) {
    return;
  }
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      for (const line of lines) {
        if (line.trim()) {
          yield JSON.parse(line);
        }
      }
      if (done) {
        return;
      }
    }
  } finally {
    reader.releaseLock();
  }
}

function post(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body) };
}

function isLine<K extends string>(line: unknown, key: K): line is Record<K, unknown> {
  return typeof line === 'object' && line !== null && key in line;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(answer: unknown, otherwise: string): ServerRefusal {
  const { message, hint, exit_code } = (answer ?? {}) as Record<string, unknown>;
  return new ServerRefusal(
    typeof message === 'string' && message ? message : otherwise,
    typeof hint === 'string' ? hint : '',
    typeof exit_code === 'number' ? exit_code : null
  );
}
