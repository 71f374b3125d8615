import { ServerRefusal } from '../api';
import type { IBackend, JobRequest, JobResult } from '../api';
import { PanelModel } from '../model';
import type { INotebookContent, INotebookSource } from '../notebook';
import { firstLine, NotebookState } from '../notebook';
import type { PanelPayload, StepPayload } from '../wire';
import { cell, finding, panel, verdict } from './payloads';

class Server implements IBackend {
  /** Answers in order; the last one stays. */
  answers: (PanelPayload | Error)[] = [panel([cell('a')])];
  asked: unknown[] = [];
  jobs: JobRequest[] = [];
  /** Ends the running job. */
  endJob: (result: unknown) => void = () => undefined;
  private _release: (() => void)[] = [];
  isHolding = false;

  async judge(path: string, content: unknown): Promise<PanelPayload> {
    this.asked.push(content);
    const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0];
    if (this.isHolding) {
      await new Promise<void>(resolve => this._release.push(resolve));
    }
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  }

  release(): void {
    this._release.splice(0).forEach(resolve => resolve());
  }

  runJob<R extends JobRequest>(
    job: R,
    onStep: (step: StepPayload) => void,
    signal: AbortSignal
  ): Promise<JobResult<R>> {
    this.jobs.push(job);
    return new Promise((resolve, reject) => {
      onStep({ stage: 'run', message: 'cell 1', done: 1, total: 3 });
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      this.endJob = result =>
        result instanceof Error ? reject(result) : resolve(result as JobResult<R>);
    });
  }

  trackerRequest = jest.fn();
  trackerAnswer = jest.fn();
  rooms = jest.fn();
  reportUrl = (path: string): string => path;
}

class Source implements INotebookSource {
  path: string | null = 'a.ipynb';
  isReadOnly = false;
  sources = ['x = 1', 'print(x)'];
  saved = 0;

  content(): INotebookContent {
    return {
      cells: this.sources.map((source, index) => ({
        id: 'ab'[index],
        cell_type: 'code',
        source,
        execution_count: index + 1
      }))
    };
  }

  async save(): Promise<void> {
    this.saved++;
  }
}

function open(): { server: Server; source: Source; state: NotebookState } {
  const server = new Server();
  const source = new Source();
  return { server, source, state: new NotebookState(source, server) };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) {
    await Promise.resolve();
  }
};

describe('NotebookState', () => {
  it('waits, then shows the judgement', async () => {
    const { state } = open();
    expect(state.view.kind).toBe('waiting');
    await state.refresh();
    expect(state.view.kind).toBe('judged');
    expect(state.cells.get('b')).toEqual({ id: 'b', index: 1, count: 2, firstLine: 'print(x)' });
  });

  it('asks once more for all wishes that came while it was asking', async () => {
    const { server, source, state } = open();
    server.isHolding = true;
    const first = state.refresh();
    source.sources = ['x = 2', 'print(x)'];
    void state.refresh();
    void state.refresh();
    server.isHolding = false;
    server.release();
    await first;
    await settle();
    expect(server.asked).toHaveLength(2);
    expect((server.asked[1] as INotebookContent).cells[0].source).toBe('x = 2');
  });

  it('says why when there is no judgement at all', async () => {
    const { server, state } = open();
    server.answers = [new ServerRefusal('no such notebook', 'Save it.')];
    await state.refresh();
    expect(state.view).toEqual({ kind: 'failed', message: 'no such notebook', hint: 'Save it.' });
  });

  it('keeps the last judgement when a later one fails, and says that it is old', async () => {
    const { server, state } = open();
    await state.refresh();
    server.answers = [new ServerRefusal('the server is busy')];
    await state.refresh();
    expect(state.view).toMatchObject({
      kind: 'judged',
      failure: { message: 'the server is busy' }
    });
    server.answers = [panel([cell('a', 'fails')])];
    await state.refresh();
    expect(state.view).toMatchObject({ kind: 'judged', failure: null });
    expect(state.forecast('a')?.replay).toBe('fails');
  });

  it('does not ask the server about a notebook that lies elsewhere', async () => {
    const { server, source, state } = open();
    source.path = null;
    await state.refresh();
    expect(server.asked).toHaveLength(0);
    expect(state.view).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('does not lie')
    });
  });

  it('says one sentence about another language and asks nothing', async () => {
    const { server, state } = open();
    state.tracking = { kind: 'other-language', language: 'julia' };
    await state.refresh();
    expect(state.view).toEqual({ kind: 'other-language', language: 'julia' });
    expect(server.asked).toHaveLength(0);
  });

  it('is silent after it was disposed', async () => {
    const { server, state } = open();
    const seen = jest.fn();
    state.stateChanged.connect(seen);
    state.dispose();
    state.noteRun();
    state.noteEdit();
    await state.refresh();
    expect(server.asked).toHaveLength(0);
    expect(seen).not.toHaveBeenCalled();
  });
});

describe('a proof', () => {
  it('goes from progress to a result', async () => {
    const { server, state } = open();
    await state.refresh();
    const proving = state.prove();
    expect(state.proof.state).toMatchObject({ kind: 'running', step: { done: 1, total: 3 } });
    server.endJob(verdict([]));
    await proving;
    expect(state.proof.state).toMatchObject({ kind: 'done', result: { verdict: 'reproduced' } });
    expect(state.isProofOutdated).toBe(false);
  });

  it('is outdated once the code changed, not when only outputs did', async () => {
    const { server, source, state } = open();
    await state.refresh();
    const proving = state.prove();
    server.endJob(verdict([]));
    await proving;
    await state.refresh();
    expect(state.isProofOutdated).toBe(false);
    source.sources = ['x = 3', 'print(x)'];
    await state.refresh();
    expect(state.isProofOutdated).toBe(true);
  });

  it('can be stopped', async () => {
    const { state } = open();
    const proving = state.prove();
    state.proof.cancel();
    await proving;
    expect(state.proof.state).toEqual({ kind: 'cancelled' });
  });

  it('tells why it failed', async () => {
    const { server, state } = open();
    const proving = state.prove();
    server.endJob(new ServerRefusal('the kernel died', 'More memory.'));
    await proving;
    expect(state.proof.state).toEqual({
      kind: 'failed',
      message: 'the kernel died',
      hint: 'More memory.'
    });
  });

  it('runs once at a time', async () => {
    const { server, state } = open();
    void state.prove();
    void state.prove();
    await settle();
    expect(server.jobs).toHaveLength(1);
  });
});

describe('an export', () => {
  it('saves the notebook first, because it is the saved one that is exported', async () => {
    const { server, source, state } = open();
    void state.export('out', 'venv', false);
    await settle();
    expect(source.saved).toBe(1);
    expect(server.jobs).toEqual([
      { kind: 'export', path: 'a.ipynb', target: 'out', room: 'venv', force: false }
    ]);
  });
});

describe('PanelModel', () => {
  it('shows that no notebook is open', () => {
    expect(new PanelModel().view).toEqual({ kind: 'no-notebook' });
  });

  it('speaks for the current notebook only', async () => {
    const model = new PanelModel();
    const [one, other] = [open(), open()];
    model.current = one.state;
    model.current = other.state;
    const seen = jest.fn();
    model.stateChanged.connect(seen);
    await one.state.refresh();
    expect(seen).not.toHaveBeenCalled();
    await other.state.refresh();
    expect(seen).toHaveBeenCalled();
  });

  it('hides the severities that the user does not want', async () => {
    const { server, state } = open();
    const model = new PanelModel();
    server.answers = [
      panel([cell('a')], [finding('RPN1', 'a'), finding('RPS1', 'b', { severity: 'error' })])
    ];
    model.current = state;
    await state.refresh();
    expect(model.findings).toHaveLength(2);
    model.settings = { ...model.settings, severities: ['error'] };
    expect(model.findings.map(each => each.code)).toEqual(['RPS1']);
  });

  it('goes from finding to finding and round again', async () => {
    const { server, state } = open();
    const model = new PanelModel();
    server.answers = [
      panel([cell('a')], [finding('RPN1', 'b'), finding('RPS1', 'a'), finding('RPE1', null)])
    ];
    model.current = state;
    await state.refresh();
    expect(model.nextFindingCell(-1)).toBe('a');
    expect(model.nextFindingCell(0)).toBe('b');
    expect(model.nextFindingCell(1)).toBe('a');
  });
});

describe('firstLine', () => {
  it.each([
    ['# load\n\nx = 1\ny = 2', 'x = 1'],
    [['# only\n', '# words'], '# only'],
    ['', ''],
    ['\n\n  z', 'z']
  ])('of %j is %j', (source, line) => {
    expect(firstLine(source)).toBe(line);
  });
});
