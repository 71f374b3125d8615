/** A sentence from the server: `names in backticks` become code; nothing else is interpreted. */
import * as React from 'react';

export function Text({ children }: { children: string }): JSX.Element {
  const parts = (children.charAt(0).toLocaleUpperCase() + children.slice(1)).split('`');
  // An unpaired backtick is just a character.
  const whole = parts.length % 2 === 1 ? parts : [...parts.slice(0, -2), parts.slice(-2).join('`')];
  return (
    <>
      {whole.map((part, position) =>
        position % 2 === 1 ? (
          <code key={position} className="jr-Code">
            {part}
          </code>
        ) : (
          part
        )
      )}
    </>
  );
}
