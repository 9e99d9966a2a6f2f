import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { resourceTypes } from './definitions.ts';
import type { SearchFilter, SearchQuery } from './search/ast.ts';
import { splitEscaped, unescapeValue } from './search/escape.ts';
import { nearestNames } from './search/suggest.ts';
import { searchParams } from './search-definitions.ts';
import { escapeSearchValue, parseSearch, parseSearchString, targetTypes } from './search-syntax.ts';

function query(type: string | null, text: string, options = {}): SearchQuery {
  const result = parseSearchString(type, text, options);
  assert.ok(result.ok, result.ok ? '' : JSON.stringify(result.error));
  return result.value;
}
function faults(type: string | null, text: string, options = {}): string[] {
  const result = parseSearchString(type, text, options);
  return result.ok ? [] : result.error.map((i) => `${i.code} ${i.field}`);
}
/** The values of the only filter. */
function values(type: string, text: string, options = {}): object[] {
  const [filter] = query(type, text, options).filters;
  assert.equal(filter?.kind, 'values');
  return [...(filter as SearchFilter & { kind: 'values' }).values];
}

test('unknown names are errors that name the nearest known ones', () => {
  const result = parseSearchString('Patient', 'nmae=x&identifer=1&_sorted=1&gender:foo=male');
  assert.ok(!result.ok);
  assert.deepEqual(
    result.error.map((i) => i.field),
    ['nmae', 'identifer', '_sorted', 'gender:foo'],
  );
  assert.match(result.error[0]?.text.vi ?? '', /"nmae"/);
  assert.match(result.error[0]?.remedy?.en ?? '', /name/);
  assert.match(result.error[1]?.remedy?.en ?? '', /identifier/);
  assert.match(result.error[2]?.remedy?.en ?? '', /_sort/);
  assert.deepEqual(faults('Patien', ''), ['not-supported Patien']);
});

test('lenient handling drops what is unknown with a warning, but no wrong value and no modifier', () => {
  const q = query('Patient', 'nmae=x&gender=male', { lenient: true });
  assert.equal(q.filters.length, 1);
  assert.deepEqual(
    q.warnings.map((w) => `${w.severity} ${w.field}`),
    ['warning nmae'],
  );
  assert.deepEqual(faults('Patient', 'birthdate=yesterday', { lenient: true }), ['value birthdate']);
  assert.deepEqual(faults('Patient', 'gender:exact=male', { lenient: true }), ['invalid gender:exact']);
});

test('tokens', () => {
  assert.deepEqual(values('Patient', 'identifier=a|b,c,|d,e|'), [
    { kind: 'token', system: 'a', code: 'b' },
    { kind: 'token', system: undefined, code: 'c' },
    { kind: 'token', system: null, code: 'd' },
    { kind: 'token', system: 'e', code: null },
  ]);
  assert.deepEqual(values('Patient', 'identifier=a\\|b\\,c|d\\$e'), [{ kind: 'token', system: 'a|b,c', code: 'd$e' }]);
  assert.deepEqual(values('Patient', 'identifier:of-type=s|NI|001'), [
    { kind: 'of-type', system: 's', code: 'NI', value: '001' },
  ]);
  assert.deepEqual(values('Observation', 'code:in=http://vs'), [{ kind: 'uri', value: 'http://vs' }]);
  assert.deepEqual(values('Observation', 'code:text=Đau đầu'), [
    { kind: 'string', text: 'Đau đầu', folded: 'dau dau' },
  ]);
  assert.deepEqual(faults('Patient', 'identifier=a|b|c&gender=|&identifier:of-type=a|b'), [
    'value identifier',
    'value gender',
    'value identifier:of-type',
  ]);
});

test('strings are folded, and exact on request', () => {
  assert.deepEqual(values('Patient', 'name=Hoà'), [{ kind: 'string', text: 'Hoà', folded: 'hoa' }]);
  const [filter] = query('Patient', 'family:exact=Trần').filters;
  assert.equal(filter?.kind === 'values' && filter.modifier, 'exact');
  assert.deepEqual(faults('Patient', 'name='), ['value name']);
});

test('dates', () => {
  const [a, b] = values('Patient', 'birthdate=ge1990,1990-05-01') as { prefix: string; low: number }[];
  assert.equal(a?.prefix, 'ge');
  assert.equal(new Date(a?.low ?? 0).toISOString(), '1989-12-31T17:00:00.000Z');
  assert.equal(b?.prefix, 'eq');
  // A plus sign that was not percent-encoded.
  assert.equal(
    (values('Observation', 'date=2024-01-01T07:00:00+07:00')[0] as { low: number }).low,
    Date.parse('2024-01-01T00:00:00Z'),
  );
  assert.deepEqual(faults('Patient', 'birthdate=2024-02-30&birthdate=xx2024&birthdate:exact=2024'), [
    'value birthdate',
    'value birthdate',
    'invalid birthdate:exact',
  ]);
});

test('numbers and quantities have the precision in which they are written', () => {
  const number = (text: string): object | undefined => values('RiskAssessment', `probability=${text}`)[0];
  assert.deepEqual(number('100'), { kind: 'number', prefix: 'eq', value: 100, low: 99.5, high: 100.5 });
  assert.deepEqual(number('100.00'), { kind: 'number', prefix: 'eq', value: 100, low: 99.995, high: 100.005 });
  assert.deepEqual(number('1e2'), { kind: 'number', prefix: 'eq', value: 100, low: 95, high: 105 });
  assert.deepEqual(number('gt-0.10'), { kind: 'number', prefix: 'gt', value: -0.1, low: -0.105, high: -0.095 });
  assert.deepEqual(values('Observation', 'value-quantity=le5.4|http://unitsofmeasure.org|mg'), [
    {
      kind: 'quantity',
      prefix: 'le',
      value: 5.4,
      low: 5.35,
      high: 5.45,
      system: 'http://unitsofmeasure.org',
      code: 'mg',
      canonical: { value: 0.0054, low: 0.00535, high: 0.00545, unit: 'g' },
    },
  ]);
  assert.deepEqual(values('Observation', 'value-quantity=5.4||mg')[0], {
    kind: 'quantity',
    prefix: 'eq',
    value: 5.4,
    low: 5.35,
    high: 5.45,
    system: null,
    code: 'mg',
  });
  assert.deepEqual(
    faults('Observation', 'value-quantity=mg&value-quantity=1,5|x'),
    ['value value-quantity', 'value value-quantity'].slice(0, 1),
  );
});

test('references', () => {
  const one = (text: string, options = {}): object | undefined => values('Observation', text, options)[0];
  const blank = { kind: 'reference', url: null, version: null };
  assert.deepEqual(one('patient=Patient/1'), { ...blank, type: 'Patient', types: ['Patient'], id: '1' });
  assert.deepEqual(one('patient=1'), { ...blank, type: 'Patient', types: ['Patient'], id: '1' });
  assert.deepEqual(one('subject:Patient=1'), { ...blank, type: 'Patient', types: ['Patient'], id: '1' });
  const open = one('subject=1') as { type: null; types: string[] };
  assert.equal(open.type, null);
  assert.deepEqual(open.types.toSorted(), ['Device', 'Group', 'Location', 'Patient']);
  assert.deepEqual(one('subject=https://me.vn/fhir/Patient/1', { baseUrl: 'https://me.vn/fhir' }), {
    ...blank,
    type: 'Patient',
    types: ['Patient'],
    id: '1',
  });
  assert.equal((one('subject=https://other.vn/Patient/1') as { url: string }).url, 'https://other.vn/Patient/1');
  assert.deepEqual(values('QuestionnaireResponse', 'questionnaire=http://q|2')[0], {
    ...blank,
    type: null,
    types: ['Questionnaire'],
    id: null,
    url: 'http://q',
    version: '2',
  });
  assert.deepEqual(values('Observation', 'subject:identifier=s|v'), [{ kind: 'token', system: 's', code: 'v' }]);
  assert.deepEqual(faults('Observation', 'subject:Medication=1&subject:Patient=Group/1&subject=a/b/c'), [
    'invalid subject:Medication',
    'value subject:Patient',
    'value subject',
  ]);
});

test('missing, composite, near, words, lists', () => {
  const [missing] = query('Patient', 'gender:missing=true').filters;
  assert.equal(missing?.kind === 'missing' && missing.missing, true);
  assert.deepEqual(faults('Patient', 'gender:missing=maybe'), ['value gender:missing']);
  const [pair] = values('Observation', 'code-value-quantity=l|1$gt5') as { components: { kind: string }[] }[];
  assert.deepEqual(
    pair?.components.map((c) => c.kind),
    ['token', 'quantity'],
  );
  assert.deepEqual(faults('Observation', 'code-value-quantity=l|1'), ['value code-value-quantity']);
  assert.deepEqual(values('Location', 'near=21.03|105.85|5|km'), [
    { kind: 'position', latitude: 21.03, longitude: 105.85, kilometres: 5 },
  ]);
  assert.deepEqual(faults('Location', 'near=91|0&near=1&near=1|2|3|parsec'), [
    'value near',
    'value near',
    'value near',
  ]);
  assert.equal(query('Patient', '_content=sốt cao').filters[0]?.kind, 'words');
  assert.deepEqual(query('Patient', '_list=List/1,2').filters, [{ kind: 'list', ids: ['1', '2'] }]);
});

test('chains', () => {
  const [typed] = query('Observation', 'subject:Patient.name=lan').filters;
  assert.ok(typed?.kind === 'chain');
  assert.deepEqual(
    typed.targets.map((t) => t.type),
    ['Patient'],
  );
  const [open] = query('Observation', 'subject.identifier=a').filters;
  assert.deepEqual(open?.kind === 'chain' && open.targets.map((t) => t.type).toSorted(), [
    'Device',
    'Group',
    'Location',
    'Patient',
  ]);
  const [deep] = query('Observation', 'encounter.service-provider.name=x').filters;
  assert.ok(deep?.kind === 'chain' && deep.targets[0]?.filter.kind === 'chain');
  const [reverse] = query('Encounter', 'subject:Patient._has:Observation:patient:code=1').filters;
  assert.ok(reverse?.kind === 'chain' && reverse.targets[0]?.filter.kind === 'has');
  assert.deepEqual(faults('Observation', 'code.name=x&subject:Medication.code=1&patient.nmae=x'), [
    'invalid code',
    'invalid subject:Medication',
    'not-supported nmae',
  ]);
  assert.deepEqual(faults('Observation', `${'has-member:Observation.'.repeat(8)}code=1`), [
    'too-costly has-member:Observation.code',
  ]);
});

test('_has', () => {
  const [one] = query('Patient', '_has:Condition:patient:code=I10').filters;
  assert.ok(one?.kind === 'has' && one.source === 'Condition' && one.filter.kind === 'values');
  const [two] = query('Patient', '_has:Observation:patient:_has:AuditEvent:entity:agent=Practitioner/1').filters;
  assert.ok(two?.kind === 'has' && two.filter.kind === 'has');
  assert.deepEqual(
    faults(
      'Patient',
      '_has:Condition:patient=1&_has:Foo:a:b=1&_has:Condition:nix:code=1&_has:Condition:encounter:code=1&_has:Condition:patient:nix=1',
    ),
    [
      'invalid _has:Condition:patient',
      'invalid _has:Foo:a:b',
      'not-supported nix',
      'invalid _has:Condition:encounter:code',
      'not-supported nix',
    ],
  );
});

test('includes', () => {
  const q = query(
    'Encounter',
    '_include=Encounter:patient&_include:iterate=Patient:organization:Organization&_revinclude=Observation:*&_include=*',
  );
  assert.deepEqual(
    q.include.map((i) => [i.source, i.param?.code ?? null, i.target, i.iterate]),
    [
      ['Encounter', 'patient', null, false],
      ['Patient', 'organization', 'Organization', true],
      ['*', null, null, false],
    ],
  );
  assert.deepEqual(
    q.revinclude.map((i) => [i.source, i.param]),
    [['Observation', null]],
  );
  assert.deepEqual(
    faults(
      'Encounter',
      '_include=Encounter&_include=Foo:x&_include=Encounter:status&_include=Encounter:patient:Device&_include:x=Encounter:patient&_include=Encounter:pateint',
    ),
    [
      'value _include',
      'value _include',
      'value _include',
      'value _include',
      'value _include:x',
      'not-supported _include',
    ],
  );
});

test('controls', () => {
  const q = query(
    'Patient',
    '_sort=-birthdate,name,_id&_count=20&_total=accurate&_summary=count&_elements=name,Patient.gender&_format=json&_cursor=x',
    {
      serverParams: new Set(['_cursor']),
    },
  );
  assert.deepEqual(
    q.sort.map((k) => [k.param.code, k.descending]),
    [
      ['birthdate', true],
      ['name', false],
      ['_id', false],
    ],
  );
  assert.deepEqual([q.count, q.total, q.summary, q.elements], [20, 'accurate', 'count', ['name', 'gender']]);
  assert.deepEqual(
    [...q.other],
    [
      ['_format', 'json'],
      ['_cursor', 'x'],
    ],
  );
  assert.deepEqual(
    faults('Patient', '_sort=nix&_count=-1&_total=all&_summary=x&_elements=nix&_filter=x&_type=Patient&_cursor=1'),
    [
      'not-supported _sort',
      'value _count',
      'value _total',
      'value _summary',
      'value _elements',
      'value _filter',
      'invalid _type',
      'not-supported _cursor',
    ],
  );
  assert.deepEqual(faults('Observation', '_sort=code-value-quantity'), ['not-supported _sort']);
});

test('searches on all types and on several', () => {
  assert.deepEqual(query(null, '_lastUpdated=gt2024&_type=Patient,Group').types, ['Patient', 'Group']);
  assert.equal(query(null, '_tag=a|b').filters.length, 1);
  assert.deepEqual(faults(null, 'name=x'), ['not-supported name']);
  assert.equal(query(null, '_type=Condition,Observation&patient=1').filters.length, 1);
  assert.deepEqual(faults(null, '_type=Foo'), ['not-supported Foo']);
});

test('compartments', () => {
  const [filter] = query('Observation', '', { compartment: { name: 'Patient', id: '1' } }).filters;
  assert.ok(filter?.kind === 'compartment');
  assert.deepEqual(
    filter.params.map((p) => p.code),
    ['subject', 'performer'],
  );
  assert.deepEqual(faults('Medication', '', { compartment: { name: 'Patient', id: '1' } }), ['not-found Medication']);
});

test('costs are bounded', () => {
  assert.deepEqual(faults('Patient', `_id=${'a,'.repeat(1500)}b`), ['too-costly _id']);
  assert.deepEqual(faults('Patient', '_id=1&'.repeat(200)), ['too-costly ']);
  assert.deepEqual(faults('Patient', '_sort=name,gender,birthdate,_id,family,given'), ['too-costly _sort']);
});

test('target types are those that the parameter and the element allow', () => {
  const targets = (type: string, code: string): readonly string[] => {
    const param = searchParams(type).get(code);
    assert.ok(param);
    return targetTypes(param, type).toSorted();
  };
  assert.deepEqual(targets('Observation', 'patient'), ['Patient']);
  assert.deepEqual(targets('Encounter', 'subject'), ['Group', 'Patient']);
  assert.deepEqual(targets('Condition', 'encounter'), ['Encounter']);
});

test('splitting and escaping undo each other', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string(), { minLength: 1 }),
      fc.constantFrom(',' as const, '|' as const, '$' as const),
      (parts, separator) => {
        const joined = parts.map(escapeSearchValue).join(separator);
        assert.deepEqual(splitEscaped(joined, separator).map(unescapeValue), parts);
      },
    ),
  );
});

test('any search is read or refused, never worse', () => {
  const type = fc.constantFrom(...resourceTypes(), null);
  const code = fc.constantFrom(
    'name',
    '_id',
    'subject',
    '_has',
    'date',
    '_sort',
    '_include',
    'value-quantity',
    'code-value-quantity',
    'near',
    '_elements',
    '_type',
    'patient',
  );
  const tail = fc
    .array(fc.constantFrom(':', '.', 'Patient', 'exact', 'missing', 'Observation', 'code', '_has', 'x'), {
      maxLength: 6,
    })
    .map((p) => p.join(''));
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('ge2024', '1|2|3', 'a,b\\', '$', 'eq1e400', 'Patient/1', '*', '1e-300'),
  );
  fc.assert(
    fc.property(
      type,
      fc.array(
        fc.tuple(
          fc.tuple(code, tail).map((t) => t.join('')),
          value,
        ),
        { maxLength: 4 },
      ),
      (t, entries) => {
        const result = parseSearch(t, entries);
        if (!result.ok)
          assert.ok(result.error.length > 0 && result.error.every((i) => i.text.vi !== '' && i.text.en !== ''));
      },
    ),
    { numRuns: 3000 },
  );
});

test('nearest names', () => {
  assert.deepEqual(nearestNames('brithdate', ['birthdate', 'gender', 'death-date']), ['birthdate']);
  assert.deepEqual(nearestNames('zzzzzz', ['birthdate', 'gender']), []);
});

test('numbers that nobody measures are refused, not computed', () => {
  for (const value of ['0'.repeat(300), '1e999', '1e-999', '1e251', `0.${'1'.repeat(200)}`]) {
    assert.equal(faults('Observation', `value-quantity=${value}`).length, 1, value.slice(0, 20));
    assert.equal(faults('RiskAssessment', `probability=${value}`).length, 1, value.slice(0, 20));
  }
  const [found] = values('Observation', 'value-quantity=1e250') as { value: number; high: number }[];
  assert.ok(Number.isFinite(found?.high));
});

test('what shapes an answer, words and lists take no modifiers', () => {
  for (const name of ['_list', '_text', '_content', '_count', '_sort', '_total', '_summary', '_elements'])
    assert.deepEqual(faults('Patient', `${name}:not=1`), [`not-supported ${name}:not`]);
});
