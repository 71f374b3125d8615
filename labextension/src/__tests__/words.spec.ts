import { nullTranslator } from '@jupyterlab/translation';

import { readSettings } from '../settings';
import { duration, fileSize, headline } from '../words';

const trans = nullTranslator.load('jupyter_repro');

describe('headline', () => {
  it.each([
    [
      { ok: 12, changes: 2, fails: 1, unknown: 1 },
      'Restart & Run All would: 12 same, 2 change, 1 fails, 1 unknown'
    ],
    [{ ok: 0, changes: 1, fails: 2, unknown: 0 }, 'Restart & Run All would: 1 changes, 2 fail'],
    [{ ok: 0, changes: 0, fails: 0, unknown: 0 }, 'Restart & Run All would: nothing to run']
  ])('of %j', (counts, text) => {
    expect(headline({ ...counts, headline: '' }, trans)).toBe(text);
  });
});

describe('sizes and durations', () => {
  it.each([
    [null, ''],
    [0, '0 B'],
    [999, '999 B'],
    [1400, '1.4 kB'],
    [22_000, '22 kB'],
    [3_500_000, '3.5 MB']
  ])('%j bytes are %j', (bytes, text) => {
    expect(fileSize(bytes)).toBe(text);
  });

  it.each([
    [0, '0 ms'],
    [240, '240 ms'],
    [1200, '1.2 s'],
    [185_000, '3 min 5 s'],
    [NaN, ''],
    [-5, '']
  ])('%j milliseconds are %j', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});

describe('readSettings', () => {
  it('falls back to the default for what is not as the schema says', () => {
    expect(readSettings({ autoLoad: 'no', severities: ['info', 'nonsense', 'error'] })).toEqual({
      autoLoad: true,
      badges: true,
      severities: ['error', 'info']
    });
  });
});
