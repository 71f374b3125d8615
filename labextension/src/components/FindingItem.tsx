/** One finding: the problem at a glance, the reasons on demand, the fix at hand. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { FindingPayload } from '../wire';
import { severityWord } from '../words';
import { Button } from './Button';
import { CellLink } from './CellLink';
import { usePanel } from './context';
import { SeveritySign } from './Sign';
import { Text } from './Text';

type Props = { finding: FindingPayload; notebook: NotebookState };

export function FindingItem({ finding, notebook }: Props): JSX.Element {
  const { trans, actions } = usePanel();
  const [open, setOpen] = React.useState(false);
  const id = React.useId();
  const { fix } = finding;
  return (
    <li className="jr-Finding" data-jr-severity={finding.severity} data-jr-code={finding.code}>
      <div className="jr-Finding-head">
        <SeveritySign
          severity={finding.severity}
          label={severityWord(finding.severity, 1, trans)}
        />
        {finding.cell === null ? (
          <span className="jr-Quiet">{trans.__('the notebook')}</span>
        ) : (
          <CellLink id={finding.cell} cells={notebook.cells} />
        )}
        <span className="jr-Finding-code" title={finding.code}>
          {finding.name}
        </span>
      </div>
      <button
        type="button"
        className="jr-Finding-message"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        <span>
          <Text>{finding.message}</Text>
        </span>
      </button>
      {finding.muted !== undefined && (
        <p className="jr-Quiet">{trans.__('Muted: %1', finding.muted)}</p>
      )}
      <div id={id} className="jr-Finding-body" hidden={!open}>
        <p>
          <Text>{finding.why}</Text>
        </p>
        <p>
          <b>{trans.__('Do:')}</b> <Text>{finding.suggestion}</Text>
        </p>
        {finding.evidence.length > 0 && (
          <ul className="jr-Evidence">
            {finding.evidence.map((evidence, position) => (
              <li key={position}>
                {evidence.cell !== null && (
                  <CellLink id={evidence.cell} cells={notebook.cells} short />
                )}
                {evidence.run !== null && (
                  <span className="jr-Run">{trans.__('run %1', evidence.run)}</span>
                )}
                <span>
                  <Text>{evidence.text}</Text>
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {fix && finding.muted === undefined && (
        <Button
          look="plain"
          onClick={() => actions.fix(fix)}
          disabled={notebook.isReadOnly}
          title={
            notebook.isReadOnly
              ? trans.__('The notebook is read-only')
              : trans.__('Can be undone in one step')
          }
        >
          {fix.title}
        </Button>
      )}
    </li>
  );
}
