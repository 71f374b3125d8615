/** Every code cell: the forecast and its reason, and beside it, after a proof, the truth. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { CellPayload, CellVerdictPayload, CheckPayload } from '../wire';
import { cellVerdictWord, replayWord, verdictColour } from '../words';
import { CellLink } from './CellLink';
import { usePanel } from './context';
import { Empty } from './Empty';
import { ProofResult } from './ProofResult';
import { ReplaySign } from './Sign';
import { Text } from './Text';

export function Cells({
  notebook,
  check
}: {
  notebook: NotebookState;
  check: CheckPayload;
}): JSX.Element {
  const { trans } = usePanel();
  const proof = notebook.proof.state;
  const truth = new Map(
    proof.kind === 'done'
      ? proof.result.cells.map(cell => [cell.id, cell] as [string, CellVerdictPayload])
      : []
  );
  return (
    <div className="jr-Cells">
      <ProofResult notebook={notebook} check={check} />
      {check.cells.length === 0 ? (
        <Empty title={trans.__('No code cells')}>
          {trans.__('Write a cell; its forecast appears here.')}
        </Empty>
      ) : (
        <>
          {truth.size > 0 && (
            <p className="jr-Legend" aria-hidden="true">
              <span>{trans.__('forecast')}</span>
              <span>{trans.__('proof')}</span>
            </p>
          )}
          <ol className="jr-List">
            {check.cells.map(cell => (
              <CellRow key={cell.id} cell={cell} truth={truth.get(cell.id)} notebook={notebook} />
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

type RowProps = {
  cell: CellPayload;
  truth: CellVerdictPayload | undefined;
  notebook: NotebookState;
};

function CellRow({ cell, truth, notebook }: RowProps): JSX.Element {
  const { trans } = usePanel();
  const verdict = truth && cellVerdictWord(truth.verdict, trans);
  const isBad = truth && truth.verdict !== 'identical';
  return (
    <li className="jr-CellRow">
      <div className="jr-CellRow-head">
        <ReplaySign replay={cell.replay} label={replayWord(cell.replay, trans)} />
        {truth && (
          <ReplaySign
            replay={verdictColour(truth.verdict)}
            label={trans.__('Proof: %1', verdict)}
          />
        )}
        <CellLink id={cell.id} cells={notebook.cells} />
      </div>
      {cell.replay !== 'ok' && cell.because && (
        <p className="jr-Because">
          <Text>{cell.because}</Text>{' '}
          {(cell.related ?? [])
            .filter(each => each !== cell.id && notebook.cells.has(each))
            .map(each => (
              <CellLink key={each} id={each} cells={notebook.cells} short />
            ))}
        </p>
      )}
      {truth && isBad && (
        <details className="jr-Details jr-Because">
          <summary>
            <b>{verdict}</b>
            {truth.cause ? `: ${truth.cause}` : ''}
          </summary>
          {truth.detail && <pre className="jr-Source">{truth.detail}</pre>}
        </details>
      )}
      {cell.blind_spots.length > 0 && (
        <p className="jr-Because jr-Quiet">
          {trans.__('Not seen: %1', cell.blind_spots.join('; '))}
        </p>
      )}
    </li>
  );
}
