import type { Queryable, Row } from '@mach/store';
import { typeNumber } from '@mach/store';
import { type Decided, NO_FACTS, type PatientFacts } from './sees.ts';

interface FactRow extends Row {
  patient: string;
  relations: { who: string; ended: string | null; until: string | null }[] | null;
  labels: string[] | null;
  refusals: Decided[] | null;
  agreements: Decided[] | null;
}

/** What decides on these patients, in one question; a patient of whom nothing is known is there too. */
export async function patientFacts(on: Queryable, patients: readonly string[]): Promise<Map<string, PatientFacts>> {
  const wanted = [...new Set(patients)];
  const facts = new Map<string, PatientFacts>(wanted.map((patient) => [patient, NO_FACTS]));
  if (wanted.length === 0) return facts;
  const { rows } = await on.query<FactRow>({
    name: 'access_patients',
    text: `select p.patient,
        (select json_agg(json_build_object('who', r.who, 'ended', r.ended, 'until', r.until)) from access.relation r
          where r.tenant = mach_tenant() and r.patient = p.patient) as relations,
        (select json_agg(l.label) from access.label l where l.tenant = mach_tenant() and l.patient = p.patient) as labels,
        (select json_agg(json_build_object('purpose', f.purpose, 'who', f.who,
            'starts', case when isfinite(f.starts) then f.starts else '1900-01-01' end, 'ends', f.ends))
          from access.refusal f where f.tenant = mach_tenant() and f.patient = p.patient) as refusals,
        (select json_agg(json_build_object('purpose', g.purpose, 'who', g.who,
            'starts', case when isfinite(g.starts) then g.starts else '1900-01-01' end, 'ends', g.ends))
          from access.agreement g where g.tenant = mach_tenant() and g.patient = p.patient) as agreements
      from unnest($1::text[]) p(patient)`,
    values: [wanted],
  });
  for (const { patient, relations, labels, refusals, agreements } of rows)
    facts.set(patient, {
      relations: relations ?? [],
      labels: labels ?? [],
      refusals: refusals ?? [],
      agreements: agreements ?? [],
    });
  return facts;
}

/** The labels of records themselves, by `Type/id`. */
export async function recordLabels(
  on: Queryable,
  records: readonly { type: string; id: string }[],
): Promise<Map<string, string[]>> {
  const labels = new Map<string, string[]>();
  if (records.length === 0) return labels;
  const { rows } = await on.query<Row & { type: number; id: string; labels: string[]; place: number }>({
    name: 'access_labels',
    text: `select n.place, (select json_agg(l.label) from public.record r join access.label l on l.tenant = r.tenant and l.rid = r.rid
        where r.tenant = mach_tenant() and r.type = n.type and r.id = n.id) as labels
      from unnest($1::smallint[], $2::text[]) with ordinality n(type, id, place)`,
    values: [records.map((r) => typeNumber(r.type)), records.map((r) => r.id)],
  });
  for (const { place, labels: own } of rows) {
    const record = records[Number(place) - 1];
    if (record && own) labels.set(`${record.type}/${record.id}`, own);
  }
  return labels;
}

/** Labels in a resource at hand. */
export function labelsOf(resource: { meta?: { security?: { system?: string; code?: string }[] } }): string[] {
  return (resource.meta?.security ?? []).flatMap((s) => (s.code === undefined ? [] : [`${s.system ?? ''}|${s.code}`]));
}
