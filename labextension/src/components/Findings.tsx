/** The findings by severity, each with its cell, why it matters, and its fix. */
import * as React from 'react';

import type { NotebookState } from '../notebook';
import type { CheckPayload, FindingPayload } from '../wire';
import { SEVERITIES, severityWord } from '../words';
import { usePanel } from './context';
import { Empty } from './Empty';
import { FindingItem } from './FindingItem';

type Props = { notebook: NotebookState; check: CheckPayload; findings: readonly FindingPayload[] };

export function Findings({ notebook, check, findings }: Props): JSX.Element {
  const { trans } = usePanel();
  const hidden = check.findings.length - findings.length;
  return (
    <div className="jr-Findings">
      {findings.length === 0 && <NoFindings notebook={notebook} check={check} />}
      {SEVERITIES.map(severity => {
        const group = findings.filter(finding => finding.severity === severity);
        return group.length === 0 ? null : (
          <section key={severity} className="jr-Group">
            <h3 className="jr-Group-title">
              {severityWord(severity, group.length, trans)}{' '}
              <span className="jr-Group-count">{group.length}</span>
            </h3>
            <ul className="jr-List">
              {group.map((finding, position) => (
                <FindingItem key={keyOf(finding, position)} finding={finding} notebook={notebook} />
              ))}
            </ul>
          </section>
        );
      })}
      {hidden > 0 && (
        <p className="jr-Quiet jr-Foot">
          {trans._n(
            '%1 finding is hidden by the settings.',
            '%1 findings are hidden by the settings.',
            hidden
          )}
        </p>
      )}
      {check.muted.length > 0 && (
        <details className="jr-Details jr-Foot">
          <summary>{trans._n('%1 muted', '%1 muted', check.muted.length)}</summary>
          <ul className="jr-List">
            {check.muted.map((finding, position) => (
              <FindingItem key={keyOf(finding, position)} finding={finding} notebook={notebook} />
            ))}
          </ul>
        </details>
      )}
      {check.damage.length > 0 && (
        <details className="jr-Details jr-Foot">
          <summary>{trans.__('Parts of the history could not be read')}</summary>
          <ul className="jr-Plain">
            {check.damage.map(line => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function NoFindings({
  notebook,
  check
}: {
  notebook: NotebookState;
  check: CheckPayload;
}): JSX.Element {
  const { trans } = usePanel();
  if (check.findings.length > 0) {
    return <Empty title={trans.__('Nothing at the severities you chose')} />;
  }
  if (check.session === null) {
    return (
      <Empty title={trans.__('Nothing found in the code')}>
        {trans.__('No run is recorded yet: run cells to learn what the code alone cannot tell.')}
      </Empty>
    );
  }
  const { summary } = check;
  const isSure = summary.changes + summary.fails + summary.unknown === 0 && notebook.cells.size > 0;
  return (
    <Empty title={trans.__('No findings')}>
      {isSure
        ? trans.__('Every cell would come out as shown. Prove it to be sure, or export the bundle.')
        : trans.__(
            'Nothing harmful was seen. The tab Cells tells what each cell would do and why.'
          )}
    </Empty>
  );
}

function keyOf(finding: FindingPayload, position: number): string {
  return `${finding.code}:${finding.cell ?? ''}:${position}`;
}
