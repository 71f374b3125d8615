/** Which kernel session is shown: the newest, unless the user chose another. */
import * as React from 'react';

import type { SessionLogPayload } from '../wire';
import { usePanel } from './context';

/** The session to show and a way to choose; falls back to the newest when the chosen one is gone. */
export function useSession(
  sessions: readonly SessionLogPayload[]
): [SessionLogPayload | undefined, (id: string) => void] {
  const [chosen, choose] = React.useState<string | null>(null);
  return [sessions.find(session => session.id === chosen) ?? sessions[0], choose];
}

type Props = {
  sessions: readonly SessionLogPayload[];
  selected: SessionLogPayload;
  onChoose: (id: string) => void;
};

export function SessionPicker({ sessions, selected, onChoose }: Props): JSX.Element | null {
  const { trans } = usePanel();
  if (sessions.length < 2) {
    return null;
  }
  const newest = sessions[0].id;
  return (
    <label className="jr-Picker">
      <span>{trans.__('Kernel session')}</span>
      <select
        className="jp-mod-styled"
        value={selected.id}
        onChange={event => onChoose(event.target.value === newest ? '' : event.target.value)}
      >
        {sessions.map(session => (
          <option key={session.id} value={session.id}>
            {`${new Date(session.started).toLocaleString()} · ${trans._n('%1 run', '%1 runs', session.runs.length)}`}
          </option>
        ))}
      </select>
    </label>
  );
}
