import { fileRows } from '../files';
import { file, run } from './payloads';

describe('fileRows', () => {
  it('tells inputs, outputs and intermediates apart', () => {
    const rows = fileRows([
      run(1, 'a', {
        files: [file('in.csv', 'read'), file('mid.csv', 'write'), file('out.csv', 'write')]
      }),
      run(2, 'b', { files: [file('mid.csv', 'read'), file('mod.py', 'read', { role: 'module' })] })
    ]);
    expect(rows.map(row => [row.path, row.kind])).toEqual([
      ['in.csv', 'input'],
      ['mid.csv', 'intermediate'],
      ['out.csv', 'output'],
      ['mod.py', 'module']
    ]);
    expect(rows[1].cells).toEqual(['a', 'b']);
  });

  it('counts the contents a file had', () => {
    const [row] = fileRows([
      run(1, 'a', { files: [file('x', 'write', { digest: 'sha256:1', size: 10 })] }),
      run(2, 'a', { files: [file('x', 'write', { digest: 'sha256:2', size: 20 })] }),
      run(3, 'a', { files: [file('x', 'read', { digest: 'sha256:2' })] })
    ]);
    expect(row.versions).toBe(2);
    expect([row.digest, row.size]).toEqual(['sha256:2', 20]);
    expect(row.modes).toEqual(['write', 'read']);
  });

  it('keeps an input that is overwritten an input', () => {
    const rows = fileRows([run(1, 'a', { files: [file('x', 'read'), file('x', 'write')] })]);
    expect(rows.map(row => row.kind)).toEqual(['input']);
  });
});
