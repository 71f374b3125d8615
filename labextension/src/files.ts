/** The files of a session, one row each, told apart by what they are to the notebook. */
import type { FilePayload, RunPayload } from './wire';

export type FileKind = 'input' | 'output' | 'intermediate' | 'module' | 'noise';

export type FileRow = {
  path: string;
  kind: FileKind;
  modes: FilePayload['mode'][];
  /** Of the last touch that knew it. */
  digest: string | null;
  size: number | null;
  /** Digests that differ from touch to touch: the file changed while the notebook used it. */
  versions: number;
  seenBy: string[];
  /** Cells that touched it, in the order of their first touch. */
  cells: string[];
};

/** Inputs first, then what the notebook made, then what nobody asks for. */
export const FILE_KINDS: readonly FileKind[] = [
  'input',
  'intermediate',
  'output',
  'module',
  'noise'
];

/** Fold the touches of all runs into a row per file, sorted by kind and path. */
export function fileRows(runs: readonly RunPayload[]): FileRow[] {
  const rows = new Map<string, FileRow & { digests: Set<string> }>();
  for (const run of runs) {
    for (const file of run.files) {
      const row = rows.get(file.path) ?? newRow(file);
      rows.set(file.path, row);
      add(row.modes, file.mode);
      add(row.seenBy, file.seen_by);
      if (run.cell !== null) {
        add(row.cells, run.cell);
      }
      row.size = file.size ?? row.size;
      if (file.digest !== null) {
        row.digest = file.digest;
        row.digests.add(file.digest);
      }
      if (row.kind === 'output' && file.mode === 'read') {
        row.kind = 'intermediate';
      }
    }
  }
  return [...rows.values()]
    .map(({ digests, ...row }) => ({ ...row, versions: digests.size }))
    .sort((one, other) => rank(one) - rank(other) || one.path.localeCompare(other.path));
}

function newRow(file: FilePayload): FileRow & { digests: Set<string> } {
  const kind = file.role !== 'user' ? file.role : file.mode === 'read' ? 'input' : 'output';
  return {
    path: file.path,
    kind,
    modes: [],
    digest: null,
    size: null,
    versions: 0,
    seenBy: [],
    cells: [],
    digests: new Set()
  };
}

function rank(row: FileRow): number {
  return FILE_KINDS.indexOf(row.kind);
}

function add<T>(list: T[], value: T): void {
  if (!list.includes(value)) {
    list.push(value);
  }
}
