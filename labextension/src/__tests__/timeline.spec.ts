import { layout, steps } from '../timeline';
import { run } from './payloads';

const ROWS = new Map([
  ['a', 0],
  ['b', 1],
  ['c', 2]
]);
const SIZE = { width: 280, rowHeight: 10, maxHeight: 120, margin: 8 };

describe('steps', () => {
  it('is a fall for a notebook run from top to bottom', () => {
    const found = steps([run(1, 'a'), run(2, 'b'), run(3, 'c')], ROWS);
    expect(found.map(each => each.step)).toEqual(['first', 'down', 'down']);
  });

  it('shows a step back up and a rerun', () => {
    const found = steps([run(1, 'c'), run(2, 'a'), run(3, 'a'), run(4, 'c')], ROWS);
    expect(found.map(each => each.step)).toEqual(['first', 'back', 'again', 'down']);
  });

  it('looks past a deleted cell to tell the direction', () => {
    const found = steps([run(1, 'b'), run(2, 'gone'), run(3, 'a')], ROWS);
    expect(found.map(each => each.row)).toEqual([1, null, 0]);
    expect(found.map(each => each.step)).toEqual(['first', 'down', 'back']);
  });
});

describe('layout', () => {
  it('puts later runs further right and lower cells further down', () => {
    const { points } = layout(steps([run(1, 'a'), run(2, 'c'), run(3, 'b')], ROWS), 3, SIZE);
    expect(points[0].x).toBeLessThan(points[1].x);
    expect(points[1].x).toBeLessThan(points[2].x);
    expect(points[1].y).toBeGreaterThan(points[2].y);
  });

  it('gives deleted cells a lane below all others', () => {
    const { points, goneLane, height } = layout(
      steps([run(1, 'c'), run(2, 'gone')], ROWS),
      3,
      SIZE
    );
    expect(goneLane).not.toBeNull();
    expect(points[1].y).toBe(goneLane);
    expect(points[1].y).toBeGreaterThan(points[0].y);
    expect(height).toBeGreaterThan(points[1].y);
  });

  it('stays within its size for a thousand runs of five hundred cells', () => {
    const rows = new Map(
      Array.from({ length: 500 }, (_, row) => [`c${row}`, row] as [string, number])
    );
    const runs = Array.from({ length: 1000 }, (_, n) =>
      run(n + 1, n % 7 === 0 ? null : `c${(n * 37) % 500}`)
    );
    const { points, height } = layout(steps(runs, rows), rows.size, SIZE);
    expect(height).toBeLessThanOrEqual(SIZE.maxHeight + SIZE.rowHeight);
    expect(Math.max(...points.map(point => point.x))).toBeLessThanOrEqual(
      SIZE.width - SIZE.margin + 0.001
    );
    expect(points.every(point => Number.isFinite(point.x) && Number.isFinite(point.y))).toBe(true);
  });

  it('draws a single run', () => {
    const { points } = layout(steps([run(1, 'a')], ROWS), 3, SIZE);
    expect(points).toHaveLength(1);
    expect(Number.isFinite(points[0].x)).toBe(true);
  });
});
