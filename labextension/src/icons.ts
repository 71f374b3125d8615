/** The panel's icons, as Lumino label icons that follow the theme. */
import { LabIcon } from '@jupyterlab/ui-components';

/** A circle that comes back to where it began, and holds. */
export const reproIcon = new LabIcon({
  name: 'jupyter-repro:panel',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jr-icon-stroke" fill="none" stroke="#616161" stroke-width="2.1" stroke-linecap="round" stroke-linejoin="round">
    <path d="M20.2 9.5A8.6 8.6 0 1 0 20.6 12"/>
    <path d="M20.9 4.6v5h-5"/>
    <path d="M8.4 12.2l2.6 2.6 4.8-5"/>
  </g>
</svg>`
});
