import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepEqual } from '@mach/base';
import fc from 'fast-check';
import { applyPatch, type PatchOperation, parsePatch } from './patch.ts';

function patched(document: unknown, operations: unknown[]): unknown {
  const parsed = parsePatch(operations);
  if (!parsed.ok) return parsed.error.map((i) => `${i.code} ${i.field}`);
  const result = applyPatch(document, parsed.value);
  return result.ok ? result.value : result.error.map((i) => `${i.code} ${i.field}`);
}

// The examples of RFC 6902, appendix A, with their numbers.
test('the examples of the standard', () => {
  assert.deepEqual(patched({ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }]), { foo: 'bar', baz: 'qux' }); // A.1
  assert.deepEqual(patched({ foo: ['bar', 'baz'] }, [{ op: 'add', path: '/foo/1', value: 'qux' }]), {
    foo: ['bar', 'qux', 'baz'],
  }); // A.2
  assert.deepEqual(patched({ baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }]), { foo: 'bar' }); // A.3
  assert.deepEqual(patched({ foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }]), {
    foo: ['bar', 'baz'],
  }); // A.4
  assert.deepEqual(patched({ baz: 'qux', foo: 'bar' }, [{ op: 'replace', path: '/baz', value: 'boo' }]), {
    baz: 'boo',
    foo: 'bar',
  }); // A.5
  assert.deepEqual(
    patched({ foo: { bar: 'baz', waldo: 'fred' }, qux: { corge: 'grault' } }, [
      { op: 'move', from: '/foo/waldo', path: '/qux/thud' },
    ]),
    {
      foo: { bar: 'baz' },
      qux: { corge: 'grault', thud: 'fred' },
    },
  ); // A.6
  assert.deepEqual(
    patched({ foo: ['all', 'grass', 'cows', 'eat'] }, [{ op: 'move', from: '/foo/1', path: '/foo/3' }]),
    { foo: ['all', 'cows', 'eat', 'grass'] },
  ); // A.7
  assert.deepEqual(
    patched({ baz: 'qux', foo: ['a', 2, 'c'] }, [
      { op: 'test', path: '/baz', value: 'qux' },
      { op: 'test', path: '/foo/1', value: 2 },
    ]),
    { baz: 'qux', foo: ['a', 2, 'c'] },
  ); // A.8
  assert.deepEqual(patched({ baz: 'qux' }, [{ op: 'test', path: '/baz', value: 'bar' }]), ['conflict patch[0]']); // A.9
  assert.deepEqual(patched({ foo: 'bar' }, [{ op: 'add', path: '/child', value: { grandchild: {} } }]), {
    foo: 'bar',
    child: { grandchild: {} },
  }); // A.10
  assert.deepEqual(patched({ foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux', xyz: 123 }]), {
    foo: 'bar',
    baz: 'qux',
  }); // A.11
  assert.deepEqual(patched({ foo: 'bar' }, [{ op: 'add', path: '/baz/bat', value: 'qux' }]), ['not-found patch[0]']); // A.12
  assert.deepEqual(patched({ '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }]), { '/': 9, '~1': 10 }); // A.14
  assert.deepEqual(patched({ '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: '10' }]), ['conflict patch[0]']); // A.15
  assert.deepEqual(patched({ foo: ['bar'] }, [{ op: 'add', path: '/foo/-', value: ['abc', 'def'] }]), {
    foo: ['bar', ['abc', 'def']],
  }); // A.16
});

test('faults of the patch itself, all of them', () => {
  assert.deepEqual(
    patched({}, [
      { op: 'paint', path: '' },
      { op: 'add', path: 'a', value: 1 },
      { op: 'add', path: '/a' },
      { op: 'move', path: '/a' },
      7,
      { op: 'remove', path: '/a~2' },
    ]),
    ['value patch[0]', 'value patch[1]', 'required patch[2]', 'value patch[3]', 'structure patch[4]', 'value patch[5]'],
  );
  assert.equal(parsePatch({}).ok, false);
});

test('paths that lead nowhere, array indexes, prototypes', () => {
  assert.deepEqual(patched({ a: [1] }, [{ op: 'add', path: '/a/2', value: 1 }]), ['not-found patch[0]']);
  assert.deepEqual(patched({ a: [1] }, [{ op: 'replace', path: '/a/1', value: 1 }]), ['not-found patch[0]']);
  assert.deepEqual(patched({ a: [1] }, [{ op: 'remove', path: '/a/01' }]), ['value patch[0]']);
  assert.deepEqual(patched({ a: [1] }, [{ op: 'replace', path: '/a/-', value: 1 }]), ['value patch[0]']);
  assert.deepEqual(patched({}, [{ op: 'replace', path: '/toString', value: 1 }]), ['not-found patch[0]']);
  assert.deepEqual(patched({}, [{ op: 'add', path: '/__proto__/x', value: 1 }]), ['value patch[0]']);
  assert.deepEqual(patched({}, [{ op: 'add', path: '/constructor/prototype/x', value: 1 }]), ['not-found patch[0]']);
  assert.deepEqual(patched({ a: { b: 1 } }, [{ op: 'move', from: '/a', path: '/a/b' }]), ['value patch[0]']);
  assert.deepEqual(patched({ a: 1 }, [{ op: 'remove', path: '' }]), ['value patch[0]']);
  assert.deepEqual(patched({ a: 1 }, [{ op: 'replace', path: '', value: 2 }]), 2);
});

test('copies cannot blow up', () => {
  const doubling = Array.from({ length: 40 }, (_, i) => ({ op: 'copy', from: '', path: `/k${i}` }));
  assert.deepEqual(patched({ a: 1 }, doubling), ['too-costly patch[16]']);
});

/** The simplest possible model: works on a deep copy, in place. */
function model(document: unknown, operations: readonly PatchOperation[]): { value?: unknown; failed: boolean } {
  const box = { root: structuredClone(document) };
  const parent = (path: string): { holder: Record<string, unknown> | unknown[]; key: string } => {
    const keys = [
      'root',
      ...path
        .split('/')
        .slice(1)
        .map((k) => k.replaceAll('~1', '/').replaceAll('~0', '~')),
    ];
    const key = keys.pop() ?? '';
    let holder: unknown = box;
    for (const k of keys) {
      if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, k)) throw new Error('nowhere');
      holder = (holder as Record<string, unknown>)[k];
    }
    if (typeof holder !== 'object' || holder === null) throw new Error('nowhere');
    return { holder: holder as Record<string, unknown>, key };
  };
  const isIndex = (key: string): boolean => /^(0|[1-9]\d*)$/.test(key);
  const get = (path: string): unknown => {
    const { holder, key } = parent(path);
    if (Array.isArray(holder) ? !isIndex(key) || Number(key) >= holder.length : !Object.hasOwn(holder, key))
      throw new Error('nowhere');
    return (holder as Record<string, unknown>)[key];
  };
  const put = (path: string, value: unknown): void => {
    const { holder, key } = parent(path);
    if (!Array.isArray(holder)) holder[key] = value;
    else if (key === '-') holder.push(value);
    else if (isIndex(key) && Number(key) <= holder.length) holder.splice(Number(key), 0, value);
    else throw new Error('nowhere');
  };
  const drop = (path: string): void => {
    get(path);
    const { holder, key } = parent(path);
    if (path === '') throw new Error('root');
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  };
  try {
    for (const o of operations) {
      if (o.op === 'add') put(o.path, structuredClone(o.value));
      else if (o.op === 'remove') drop(o.path);
      else if (o.op === 'replace') {
        get(o.path);
        const { holder, key } = parent(o.path);
        (holder as Record<string, unknown>)[key] = structuredClone(o.value);
      } else if (o.op === 'test') {
        if (!deepEqual(get(o.path), o.value)) throw new Error('differs');
      } else if (o.op === 'copy') put(o.path, structuredClone(get(o.from)));
      else if (o.op === 'move') {
        const value = get(o.from);
        if (o.path === o.from) continue;
        if (o.path.startsWith(`${o.from}/`)) throw new Error('into itself');
        drop(o.from);
        put(o.path, value);
      }
    }
    return { value: box.root, failed: false };
  } catch {
    return { failed: true };
  }
}

test('random patches give what the simplest model gives, and never change the original', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.integer({ min: 0, max: 3 }),
      key,
      fc.dictionary(key, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c', '0', '1', '2', '-'), { maxLength: 3 })
    .map((p) => p.map((s) => `/${s}`).join(''));
  const root = fc.oneof(
    json,
    fc.record(
      { a: json, b: fc.array(json, { maxLength: 3 }), c: fc.record({ a: json }, { noNullPrototype: true }) },
      { noNullPrototype: true },
    ),
  );
  const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
    fc.record({ op: fc.constantFrom('add' as const, 'replace' as const, 'test' as const), path, value: json }),
    fc.record({ op: fc.constant('remove' as const), path }),
    fc.record({ op: fc.constantFrom('move' as const, 'copy' as const), path, from: path }),
  );
  let applied = 0;
  fc.assert(
    fc.property(root, fc.array(operation, { minLength: 1, maxLength: 3 }), (document, operations) => {
      const before = structuredClone(document);
      const result = applyPatch(document, operations);
      const expected = model(document, operations);
      assert.equal(result.ok, !expected.failed);
      if (result.ok) {
        applied++;
        assert.deepEqual(result.value, expected.value);
      }
      assert.deepEqual(document, before);
    }),
    { numRuns: 3000, seed: 7 },
  );
  assert.ok(applied > 150, `only ${applied} patches could be applied`);
});
