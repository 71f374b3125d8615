/**
 * Applies a finding's fix to the open notebook: all edits in one transaction, so that one undo takes them back, then
 * the reruns in order. `plan` is pure; `applyFix` is the only place that changes a document.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { NotebookActions } from '@jupyterlab/notebook';
import { UUID } from '@lumino/coreutils';

import type { EditPayload, FixPayload } from './wire';

/** The fix does not fit the notebook as it is now. Nothing was changed. */
export class FixRefused extends Error {}

/** One change with its cell found: `at` is the position when the change is made. */
export type Change =
  | { kind: 'insert'; id: string; at: number; source: string }
  | { kind: 'replace'; id: string; source: string }
  | { kind: 'clear'; id: string }
  | { kind: 'move'; id: string; at: number; to: number }
  | { kind: 'delete'; id: string; at: number };

export type Plan = {
  changes: Change[];
  /** Ids of the cells to run afterwards, in order. */
  reruns: string[];
};

/**
 * Find the place of every edit. Edits are made in order and each sees the result of those before it.
 *
 * @param edits - what to do; an `insert` may carry the id that the new cell shall have
 * @param ids - the ids of all cells, in document order
 * @param newId - gives an id to an inserted cell
 */
export function plan(
  edits: readonly EditPayload[],
  ids: readonly string[],
  newId: () => string = () => UUID.uuid4()
): Plan {
  const order = [...ids];
  const changes: Change[] = [];
  const reruns: string[] = [];
  for (const edit of edits) {
    switch (edit.action) {
      case 'insert': {
        const at = clamp(edit.index ?? order.length, order.length);
        const id = edit.cell !== null && !order.includes(edit.cell) ? edit.cell : newId();
        order.splice(at, 0, id);
        changes.push({ kind: 'insert', id, at, source: edit.source ?? '' });
        break;
      }
      case 'replace': {
        const id = order[find(order, edit)];
        changes.push(
          edit.source === null
            ? { kind: 'clear', id }
            : { kind: 'replace', id, source: edit.source }
        );
        break;
      }
      case 'move': {
        const at = find(order, edit);
        const [id] = order.splice(at, 1);
        const to = clamp(edit.index ?? order.length, order.length);
        order.splice(to, 0, id);
        changes.push({ kind: 'move', id, at, to });
        break;
      }
      case 'delete': {
        const at = find(order, edit);
        const [id] = order.splice(at, 1);
        changes.push({ kind: 'delete', id, at });
        break;
      }
      case 'rerun':
        reruns.push(order[find(order, edit)]);
        break;
    }
  }
  return { changes, reruns };
}

/** Apply the fix. Rejects with FixRefused, having changed nothing, where it does not fit or cells may not be edited. */
export async function applyFix(
  notebook: Notebook,
  context: ISessionContext,
  fix: FixPayload
): Promise<Plan> {
  const model = notebook.model;
  if (!model) {
    throw new FixRefused('the notebook is still loading');
  }
  const shared = model.sharedModel;
  const made = plan(
    fix.edits,
    shared.cells.map(cell => cell.getId())
  );
  if (made.changes.length && model.readOnly) {
    throw new FixRefused('the notebook is read-only');
  }
  const cells: SharedCells = new Map(shared.cells.map(cell => [cell.getId(), cell]));
  if (made.changes.some(change => cells.get(change.id)?.getMetadata('editable') === false)) {
    throw new FixRefused('a cell that the fix changes is locked against editing');
  }
  if (made.changes.length) {
    shared.transact(() => made.changes.forEach(change => perform(shared, cells, change)));
  }
  await rerun(notebook, context, made.reruns);
  return made;
}

type SharedCode = Extract<ReturnType<SharedNotebook['getCell']>, { setOutputs: unknown }>;

function isCode(cell: ReturnType<SharedNotebook['getCell']>): cell is SharedCode {
  return cell.cell_type === 'code';
}

type SharedNotebook = NonNullable<Notebook['model']>['sharedModel'];

type SharedCells = Map<string, ReturnType<SharedNotebook['getCell']>>;

/**
 * Make one change. Within a transaction the document's own list of cells is still the old one, so cells are found in
 * `cells`, which is kept in step; positions are those of the change's moment.
 */
function perform(shared: SharedNotebook, cells: SharedCells, change: Change): void {
  const cell = cells.get(change.id);
  switch (change.kind) {
    case 'insert': {
      const { id, at, source } = change;
      cells.set(
        id,
        shared.insertCell(at, { id, cell_type: 'code', source, metadata: { trusted: true } })
      );
      break;
    }
    case 'replace':
      cell?.setSource(change.source);
      break;
    case 'clear':
      if (cell && isCode(cell)) {
        cell.setOutputs([]);
        cell.execution_count = null;
      }
      break;
    case 'move':
      if (cell) {
        const copy = cell.toJSON();
        shared.deleteCell(change.at);
        cells.set(change.id, shared.insertCell(change.to, { ...copy, id: change.id }));
      }
      break;
    case 'delete':
      shared.deleteCell(change.at);
      cells.delete(change.id);
      break;
  }
}

async function rerun(
  notebook: Notebook,
  context: ISessionContext,
  ids: readonly string[]
): Promise<void> {
  const byId = new Map(notebook.widgets.map(cell => [cell.model.id, cell]));
  const cells = ids.map(id => byId.get(id)).filter((cell): cell is Cell => cell !== undefined);
  if (cells.length) {
    await NotebookActions.runCells(notebook, cells, context);
  }
}

function find(order: readonly string[], edit: EditPayload): number {
  const at = edit.cell !== null ? order.indexOf(edit.cell) : (edit.index ?? -1);
  if (at < 0 || at >= order.length) {
    throw new FixRefused('a cell that the fix changes is no longer in the notebook');
  }
  return at;
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(index, length));
}
