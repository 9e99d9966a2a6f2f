import { searchParams } from '@mach/fhir/search-definitions.ts';

/*
 * Search parameters that say what another one says already are not indexed twice: `patient` is `subject` where that is a
 * patient, and Observation's `combo-…` are the value's own parameter or the components'. Together they are a third of an
 * Observation's index rows.
 */

const known = new Map<string, string>();

/** The parameter under which the values of `Type.code` are indexed: `Observation.patient` → `Observation.subject`. */
export function indexedAs(name: string): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  const [type = '', code = ''] = name.split('.');
  let alias = name;
  if (code === 'patient') {
    const params = searchParams(type);
    const subject = params.get('subject');
    const expression = params.get('patient')?.expression ?? '';
    if (subject && new RegExp(`\\b${type}\\.subject\\.where\\(resolve\\(\\) is Patient\\)`).test(expression))
      alias = `${type}.subject`;
  }
  known.set(name, alias);
  return alias;
}

/** The parameters that together give a `combo-…`; undefined for any other. */
export function combined(name: string): [string, string] | undefined {
  const match = /^Observation\.combo-(code|value-concept|value-quantity)$/.exec(name);
  return match ? [`Observation.${match[1]}`, `Observation.component-${match[1]}`] : undefined;
}
