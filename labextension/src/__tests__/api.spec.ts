import { ServerConnection } from '@jupyterlab/services';

import { Backend, jsonLines, ServerRefusal } from '../api';

/** What a fetch would answer, without a network. */
function answering(status: number, chunks: string[], statusText = ''): Backend {
  const bytes = chunks.map(chunk => new TextEncoder().encode(chunk));
  const response = {
    ok: status < 400,
    status,
    statusText,
    body: {
      getReader: () => ({
        read: async () =>
          bytes.length ? { done: false, value: bytes.shift() } : { done: true, value: undefined },
        releaseLock: () => undefined
      })
    },
    json: async () => JSON.parse(chunks.join('')),
    text: async () => chunks.join('')
  };
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/base/',
    fetch: (async () => response) as unknown as typeof fetch
  });
  return new Backend(settings);
}

describe('Backend', () => {
  it('puts a line back together that arrived in pieces', async () => {
    const text = '{"job":"1"}\n\n{"step":{"message":"für äöü"}}\n{"result":{}}';
    const bytes = new TextEncoder().encode(text);
    const chunks = Array.from(bytes, byte => new Uint8Array([byte]));
    const response = {
      body: {
        getReader: () => ({
          read: async () =>
            chunks.length
              ? { done: false, value: chunks.shift() }
              : { done: true, value: undefined },
          releaseLock: () => undefined
        })
      }
    } as unknown as Response;
    const found: unknown[] = [];
    for await (const line of jsonLines(response)) {
      found.push(line);
    }
    expect(found).toEqual([{ job: '1' }, { step: { message: 'für äöü' } }, { result: {} }]);
  });

  it('reports steps and gives the result', async () => {
    const backend = answering(200, [
      '{"job":"1"}\n{"step":{"stage":"run","message":"m","done":1,"total":2}}\n',
      '\n{"result":{"a":1}}\n'
    ]);
    const steps: string[] = [];
    const job = { kind: 'prove', path: 'a', content: {} } as const;
    const result = await backend.runJob(
      job,
      step => steps.push(step.message),
      new AbortController().signal
    );
    expect(steps).toEqual(['m']);
    expect(result).toEqual({ a: 1 });
  });

  it('turns an error line into a refusal with its hint', async () => {
    const backend = answering(200, ['{"error":{"message":"no","hint":"do","exit_code":9}}\n']);
    const job = backend.runJob(
      { kind: 'prove', path: 'a', content: {} },
      () => undefined,
      new AbortController().signal
    );
    await expect(job).rejects.toMatchObject({ message: 'no', hint: 'do', exitCode: 9 });
  });

  it('does not take an unfinished stream for success', async () => {
    const backend = answering(200, ['{"job":"1"}\n']);
    const job = backend.runJob(
      { kind: 'prove', path: 'a', content: {} },
      () => undefined,
      new AbortController().signal
    );
    await expect(job).rejects.toBeInstanceOf(ServerRefusal);
  });

  it('passes on what the server said', async () => {
    const backend = answering(400, ['{"message":"cut in half","hint":"restore it","exit_code":2}']);
    await expect(backend.judge('a', {})).rejects.toMatchObject({
      message: 'cut in half',
      hint: 'restore it'
    });
  });

  it('says how to get the server half when it is missing', async () => {
    const backend = answering(404, ['<html>404</html>'], 'Not Found');
    await expect(backend.judge('a', {})).rejects.toMatchObject({
      hint: expect.stringContaining('pip install')
    });
  });

  it('survives an answer that is no JSON', async () => {
    const backend = answering(502, ['<html>Bad Gateway</html>'], 'Bad Gateway');
    await expect(backend.judge('a', {})).rejects.toThrow('502 Bad Gateway');
  });

  it('escapes the path of a report', () => {
    expect(answering(200, []).reportUrl('a b/&c/REPORT.html')).toBe(
      'http://localhost/base/jupyter-repro/report?path=a%20b%2F%26c%2FREPORT.html'
    );
  });
});
