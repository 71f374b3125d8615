/** The user's settings, typed. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import type { PanelSettings } from './model';
import { DEFAULTS } from './model';
import type { Severity } from './wire';
import { SEVERITIES } from './words';

/** Read the settings; whatever is not as the schema says falls back to its default. */
export function readSettings(composite: Readonly<Record<string, unknown>>): PanelSettings {
  const { autoLoad, badges, severities } = composite;
  return {
    autoLoad: typeof autoLoad === 'boolean' ? autoLoad : DEFAULTS.autoLoad,
    badges: typeof badges === 'boolean' ? badges : DEFAULTS.badges,
    severities: Array.isArray(severities)
      ? SEVERITIES.filter((severity): severity is Severity => severities.includes(severity))
      : DEFAULTS.severities
  };
}

/** Keep `apply` told of the settings, now and at each change. */
export async function watchSettings(
  registry: ISettingRegistry,
  plugin: string,
  apply: (settings: PanelSettings) => void
): Promise<void> {
  const settings = await registry.load(plugin);
  const read = (): void =>
    apply(readSettings(settings.composite as Readonly<Record<string, unknown>>));
  settings.changed.connect(read);
  read();
}
