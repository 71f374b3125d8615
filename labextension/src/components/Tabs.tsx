/** A tab list by the book: arrows move, Home and End jump, only the selected tab is a tab stop. */
import * as React from 'react';

export type TabItem<T extends string> = { id: T; label: string; count?: number };

type Props<T extends string> = {
  label: string;
  tabs: readonly TabItem<T>[];
  selected: T;
  onSelect: (tab: T) => void;
  children: React.ReactNode;
};

export function Tabs<T extends string>(props: Props<T>): JSX.Element {
  const { tabs, selected, onSelect } = props;
  const list = React.useRef<HTMLDivElement>(null);
  const select = (index: number): void => {
    const tab = tabs[(index + tabs.length) % tabs.length];
    onSelect(tab.id);
    list.current?.querySelector<HTMLElement>(`#jr-tab-${tab.id}`)?.focus();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const index = tabs.findIndex(tab => tab.id === selected);
    const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[
      event.key
    ];
    if (target !== undefined) {
      event.preventDefault();
      select(target);
    }
  };
  return (
    <>
      <div
        className="jr-Tabs"
        role="tablist"
        aria-label={props.label}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {tabs.map(tab => (
          <button
            key={tab.id}
            id={`jr-tab-${tab.id}`}
            type="button"
            role="tab"
            className="jr-Tab"
            aria-selected={tab.id === selected}
            aria-controls="jr-tabpanel"
            tabIndex={tab.id === selected ? 0 : -1}
            onClick={() => onSelect(tab.id)}
          >
            {tab.label}
            {tab.count !== undefined && tab.count > 0 && (
              <span className="jr-Tab-count">{tab.count}</span>
            )}
          </button>
        ))}
      </div>
      <div
        className="jr-TabPanel"
        id="jr-tabpanel"
        role="tabpanel"
        aria-labelledby={`jr-tab-${selected}`}
        tabIndex={-1}
      >
        {props.children}
      </div>
    </>
  );
}
