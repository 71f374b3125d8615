import { YNotebook } from '@jupyter/ydoc';
import type { ISessionContext } from '@jupyterlab/apputils';
import type { Notebook } from '@jupyterlab/notebook';

import type { Plan } from '../fixes';
import { applyFix, FixRefused, plan } from '../fixes';
import type { EditPayload } from '../wire';

const IDS = ['a', 'b', 'c'];

function edit(action: EditPayload['action'], more: Partial<EditPayload> = {}): EditPayload {
  return { action, cell: null, index: null, source: null, ...more };
}

/** The ids after the plan's changes. */
function after(ids: readonly string[], made: Plan): string[] {
  const order = [...ids];
  for (const change of made.changes) {
    if (change.kind === 'insert') {
      order.splice(change.at, 0, change.id);
    } else if (change.kind === 'delete') {
      order.splice(change.at, 1);
    } else if (change.kind === 'move') {
      order.splice(change.to, 0, ...order.splice(change.at, 1));
    }
  }
  return order;
}

describe('plan', () => {
  it('sees the result of the edits before', () => {
    const made = plan(
      [edit('insert', { index: 0, source: 'seed' }), edit('delete', { cell: 'b' })],
      IDS,
      () => 'new'
    );
    expect(made.changes).toEqual([
      { kind: 'insert', id: 'new', at: 0, source: 'seed' },
      { kind: 'delete', id: 'b', at: 2 }
    ]);
    expect(after(IDS, made)).toEqual(['new', 'a', 'c']);
  });

  it.each([
    ['a', 2, ['b', 'c', 'a']],
    ['c', 0, ['c', 'a', 'b']],
    ['b', 1, ['a', 'b', 'c']],
    ['a', 99, ['b', 'c', 'a']]
  ])('moves %s to %i', (moved, to, order) => {
    expect(after(IDS, plan([edit('move', { cell: moved, index: to })], IDS))).toEqual(order);
  });

  it('brings a deleted cell back under its own id, so that it is known again', () => {
    const made = plan(
      [edit('insert', { cell: 'gone', index: 1, source: 'x' }), edit('rerun', { cell: 'gone' })],
      IDS
    );
    expect(after(IDS, made)).toEqual(['a', 'gone', 'b', 'c']);
    expect(made.reruns).toEqual(['gone']);
  });

  it('never gives two cells one id', () => {
    const made = plan([edit('insert', { cell: 'a', index: 0, source: 'x' })], IDS, () => 'new');
    expect(after(IDS, made)).toEqual(['new', 'a', 'b', 'c']);
  });

  it('reruns an inserted cell by its place', () => {
    const made = plan(
      [edit('insert', { index: 1, source: 'x' }), edit('rerun', { index: 1 })],
      IDS,
      () => 'new'
    );
    expect(made.reruns).toEqual(['new']);
  });

  it('keeps the order of reruns', () => {
    const made = plan([edit('rerun', { cell: 'c' }), edit('rerun', { cell: 'a' })], IDS);
    expect(made.reruns).toEqual(['c', 'a']);
  });

  it('clears outputs where no source is given', () => {
    expect(plan([edit('replace', { cell: 'b' })], IDS).changes).toEqual([
      { kind: 'clear', id: 'b' }
    ]);
  });

  it.each(['replace', 'move', 'delete', 'rerun'] as const)(
    'refuses to %s a cell that is gone',
    action => {
      expect(() => plan([edit(action, { cell: 'gone', index: 0, source: '' })], IDS)).toThrow(
        FixRefused
      );
    }
  );
});

describe('applyFix', () => {
  function open(readOnly = false): { notebook: Notebook; shared: YNotebook } {
    const shared = YNotebook.create() as YNotebook;
    shared.insertCells(
      0,
      IDS.map(id => ({ id, cell_type: 'code' as const, source: id, metadata: {} }))
    );
    shared.clearUndoHistory();
    return {
      notebook: { model: { sharedModel: shared, readOnly }, widgets: [] } as unknown as Notebook,
      shared
    };
  }
  const context = {} as ISessionContext;
  const sources = (shared: YNotebook): string[] => shared.cells.map(each => each.getSource());
  const edits = [
    edit('insert', { index: 0, source: 'seed' }),
    edit('replace', { cell: 'a', source: 'A' }),
    edit('move', { cell: 'c', index: 1 }),
    edit('delete', { cell: 'b' }),
    edit('replace', { cell: 'c', source: 'C' })
  ];

  it('makes all edits, and one undo takes them back', async () => {
    const { notebook, shared } = open();
    await applyFix(notebook, context, { title: 'Fix', edits });
    expect(sources(shared)).toEqual(['seed', 'C', 'A']);
    shared.undo();
    expect(sources(shared)).toEqual(['a', 'b', 'c']);
    expect(shared.canUndo()).toBe(false);
    shared.redo();
    expect(sources(shared)).toEqual(['seed', 'C', 'A']);
  });

  it('changes nothing when one edit does not fit', async () => {
    const { notebook, shared } = open();
    const broken = [...edits, edit('delete', { cell: 'gone' })];
    await expect(applyFix(notebook, context, { title: 'Fix', edits: broken })).rejects.toThrow(
      FixRefused
    );
    expect(sources(shared)).toEqual(['a', 'b', 'c']);
  });

  it('refuses a read-only notebook', async () => {
    const { notebook, shared } = open(true);
    await expect(applyFix(notebook, context, { title: 'Fix', edits })).rejects.toThrow('read-only');
    expect(sources(shared)).toEqual(['a', 'b', 'c']);
  });

  it('refuses a locked cell', async () => {
    const { notebook, shared } = open();
    shared.cells[0].setMetadata('editable', false);
    await expect(applyFix(notebook, context, { title: 'Fix', edits })).rejects.toThrow('locked');
    expect(sources(shared)).toEqual(['a', 'b', 'c']);
  });
});
