/** How the last proof ended, or how to get one. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { CheckPayload, VerifyPayload } from '../wire';
import { duration, verdictColour, verdictWord } from '../words';
import { Button } from './Button';
import { usePanel } from './context';

export function ProofResult({
  notebook,
  check
}: {
  notebook: NotebookState;
  check: CheckPayload;
}): JSX.Element | null {
  const { trans, actions } = usePanel();
  const proof = notebook.proof.state;
  const again = (
    <Button look="quiet" onClick={actions.prove}>
      {proof.kind === 'idle' ? trans.__('Prove it') : trans.__('Prove again')}
    </Button>
  );
  switch (proof.kind) {
    case 'running':
      return null;
    case 'idle':
      return (
        <div className="jr-Line">
          <span>
            {trans.__(
              'A forecast, not yet a proof: replay the notebook in a fresh kernel to know.'
            )}
          </span>
          {again}
        </div>
      );
    case 'cancelled':
      return (
        <div className="jr-Line">
          <span>{trans.__('The proof was stopped. Nothing was left behind.')}</span>
          {again}
        </div>
      );
    case 'failed':
      return (
        <div className="jr-Line" role="alert">
          <span>
            {proof.message}. {proof.hint}
          </span>
          {again}
        </div>
      );
    case 'done':
      return (
        <div className="jr-Verdict" data-jr-verdict={proof.result.verdict} role="status">
          <p className="jr-Verdict-title">{verdictWord(proof.result.verdict, trans)}</p>
          <p>{proofSentence(proof.result, trans)}</p>
          <p className="jr-Quiet">{agreement(proof.result, check, trans)}</p>
          {notebook.isProofOutdated && (
            <p className="jr-Quiet">{trans.__('The notebook has changed since this proof.')}</p>
          )}
          {again}
        </div>
      );
  }
}

type Words = ReturnType<typeof usePanel>['trans'];

function proofSentence(result: VerifyPayload, trans: Words): string {
  const same = result.cells.filter(cell => verdictColour(cell.verdict) === 'ok').length;
  const counted = trans.__(
    '%1 of %2 cells came out the same in a fresh kernel',
    same,
    result.cells.length
  );
  const took = duration(result.seconds * 1000);
  return `${counted} (${took}). ${result.because}`.trim();
}

/** How the forecast fared against the truth. */
function agreement(result: VerifyPayload, check: CheckPayload, trans: Words): string {
  const forecasts = new Map(check.cells.map(cell => [cell.id, cell.replay]));
  const judged = result.cells.filter(cell => {
    const forecast = forecasts.get(cell.id);
    return (
      forecast !== undefined && forecast !== 'unknown' && verdictColour(cell.verdict) !== 'unknown'
    );
  });
  const right = judged.filter(
    cell => (verdictColour(cell.verdict) === 'ok') === (forecasts.get(cell.id) === 'ok')
  );
  return trans.__(
    'The forecast was right for %1 of the %2 cells it judged.',
    right.length,
    judged.length
  );
}
