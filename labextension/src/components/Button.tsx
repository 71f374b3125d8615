/** A plain button in JupyterLab's look. */
import * as React from 'react';

type Props = {
  onClick: () => void;
  children: React.ReactNode;
  look?: 'primary' | 'plain' | 'quiet';
  disabled?: boolean;
  title?: string;
  autoFocus?: boolean;
};

export function Button({ look = 'plain', ...props }: Props): JSX.Element {
  return (
    <button
      type="button"
      className={`jr-Button jr-mod-${look}`}
      onClick={props.onClick}
      disabled={props.disabled}
      title={props.title}
      autoFocus={props.autoFocus}
    >
      {props.children}
    </button>
  );
}
