/** The files a session read and wrote: what goes in, what comes out, and which cells did it. */
import * as React from 'react';

import type { FileKind, FileRow } from '../files';
import { FILE_KINDS, fileRows } from '../files';
import type { NotebookState } from '../notebook';
import { fileSize } from '../words';
import { CellLink } from './CellLink';
import { usePanel } from './context';
import { Empty } from './Empty';
import { SessionPicker, useSession } from './SessionPicker';

export function Files({ notebook }: { notebook: NotebookState }): JSX.Element {
  const { trans } = usePanel();
  const [session, choose] = useSession(notebook.sessions);
  const rows = session ? fileRows(session.runs) : [];
  if (!session) {
    return (
      <Empty title={trans.__('No runs yet')}>
        {trans.__('Run a cell: the files it reads and writes appear here.')}
      </Empty>
    );
  }
  const titles: Record<FileKind, string> = {
    input: trans.__('Read'),
    intermediate: trans.__('Written, then read'),
    output: trans.__('Written'),
    module: trans.__('Code and package files'),
    noise: trans.__('Caches and temporary files')
  };
  return (
    <div className="jr-Files">
      <SessionPicker sessions={notebook.sessions} selected={session} onChoose={choose} />
      {rows.length === 0 && (
        <Empty title={trans.__('No files')}>
          {trans.__('Nothing that ran in this session touched a file.')}
        </Empty>
      )}
      {FILE_KINDS.map(kind => {
        const group = rows.filter(row => row.kind === kind);
        return group.length === 0 ? null : (
          <details key={kind} className="jr-Group" open={kind !== 'noise' && kind !== 'module'}>
            <summary className="jr-Group-title">
              {titles[kind]} <span className="jr-Group-count">{group.length}</span>
            </summary>
            <ul className="jr-List">
              {group.map(row => (
                <FileItem key={row.path} row={row} notebook={notebook} />
              ))}
            </ul>
          </details>
        );
      })}
    </div>
  );
}

function FileItem({ row, notebook }: { row: FileRow; notebook: NotebookState }): JSX.Element {
  const { trans } = usePanel();
  const digest = row.digest?.replace(/^sha256:/, '') ?? null;
  return (
    <li className="jr-File">
      <div className="jr-File-head">
        <span className="jr-File-path" title={row.path}>
          {row.path}
        </span>
        <span className="jr-Quiet">{fileSize(row.size)}</span>
      </div>
      <div className="jr-File-meta">
        {digest ? (
          <code title={trans.__('SHA-256 %1', digest)}>{digest.slice(0, 10)}</code>
        ) : (
          <span className="jr-Quiet">{trans.__('no digest')}</span>
        )}
        {row.versions > 1 && (
          <span
            className="jr-Tag jr-mod-back"
            title={trans.__('Its content was not the same each time')}
          >
            {trans.__('%1 versions', row.versions)}
          </span>
        )}
        <span className="jr-File-cells">
          {row.cells.slice(0, 6).map(cell => (
            <CellLink key={cell} id={cell} cells={notebook.cells} short />
          ))}
          {row.cells.length > 6 && <span className="jr-Quiet">+{row.cells.length - 6}</span>}
        </span>
      </div>
    </li>
  );
}
