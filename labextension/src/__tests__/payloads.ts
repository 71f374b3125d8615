/** Payloads for the tests: as small as the wire allows. */
import type {
  CellPayload,
  FilePayload,
  FindingPayload,
  PanelPayload,
  Replay,
  RunPayload,
  VerifyPayload
} from '../wire';

export function cell(id: string, replay: Replay = 'ok', index = 0): CellPayload {
  return {
    id,
    index,
    execution_count: null,
    replay,
    because: '',
    resources: [],
    findings: [],
    blind_spots: []
  };
}

export function finding(
  code: string,
  where: string | null,
  more: Partial<FindingPayload> = {}
): FindingPayload {
  return {
    code,
    name: code.toLowerCase(),
    severity: 'warning',
    cell: where,
    message: 'is wrong',
    why: 'because',
    suggestion: 'mend it',
    fix: null,
    evidence: [],
    ...more
  };
}

export function run(n: number, where: string | null, more: Partial<RunPayload> = {}): RunPayload {
  return {
    n,
    cell: where,
    execution_count: n,
    started: '2026-11-20T10:00:00Z',
    ended: '2026-11-20T10:00:01Z',
    status: 'ok',
    source: `run ${n}`,
    source_digest: '',
    reads: [],
    writes: [],
    mutates: [],
    deletes: [],
    files: [],
    seeds: [],
    rng: [],
    outside: [],
    modules: [],
    blind_spots: [],
    ...more
  };
}

export function file(
  path: string,
  mode: FilePayload['mode'],
  more: Partial<FilePayload> = {}
): FilePayload {
  return { path, mode, digest: null, size: null, seen_by: 'watch', role: 'user', ...more };
}

export function panel(cells: CellPayload[], findings: FindingPayload[] = []): PanelPayload {
  const count = (replay: Replay): number => cells.filter(each => each.replay === replay).length;
  return {
    check: {
      version: 1,
      notebook: 'a.ipynb',
      session: null,
      summary: {
        ok: count('ok'),
        changes: count('changes'),
        fails: count('fails'),
        unknown: count('unknown'),
        headline: ''
      },
      cells,
      findings,
      muted: [],
      damage: []
    },
    log: { version: 1, notebook: 'a.ipynb', sessions: [], damage: [] }
  };
}

export function verdict(cells: VerifyPayload['cells']): VerifyPayload {
  return {
    version: 1,
    target: 'a.ipynb',
    verdict: 'reproduced',
    room: 'current',
    because: '',
    cells,
    files: [],
    axes: [],
    ignored: {},
    runs: 1,
    seconds: 1
  };
}
