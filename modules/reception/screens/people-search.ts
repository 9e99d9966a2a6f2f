import { foldText, matchesTokens, searchKeys } from '@mach/base';
import type { Bundle, Patient } from '@mach/fhir/types.ts';
import { formatDate, type PaletteSource, request, useRoute } from '@mach/ui';
import { SID } from '@mach/vn/systems.ts';
import { useEffect, useState } from 'react';

/** Somebody found by name: what tells two people apart before a record is opened. */
export interface Found {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string | null;
  readonly gender: string | null;
  readonly code: string | null;
  readonly address: string | null;
}

const WAIT_MS = 180;
const MOST = 20;

/** "tran lan 1964" → the search of records: every word begins a part of the name, four digits are the year of birth. */
export function nameQuery(text: string): URLSearchParams | undefined {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '');
  const years = words.filter((word) => /^(19|20)\d{2}$/.test(word));
  const names = words.filter((word) => /^\p{L}/u.test(word));
  if (names.length === 0 || names.join('').length < 2) return undefined;
  const params = new URLSearchParams();
  // Telex slips come as a second reading of the same word; the records are folded, so either finds them.
  for (const name of names) params.append('name', searchKeys(name).join(','));
  if (years[0]) params.set('birthdate', years[0]);
  params.set('_count', String(MOST));
  return params;
}

function found(patient: Patient): Found {
  return {
    id: patient.id ?? '',
    name: patient.name?.[0]?.text ?? '',
    birthDate: patient.birthDate ?? null,
    gender: patient.gender ?? null,
    code: patient.identifier?.find((i) => i.system === SID.patientCode)?.value ?? null,
    address: patient.address?.[0]?.text ?? null,
  };
}

/** Best first: all words of the query in the name, then by name. */
export function ranked(people: readonly Found[], text: string): Found[] {
  const fits = (one: Found): number =>
    matchesTokens(foldText(`${one.name} ${one.birthDate?.slice(0, 4) ?? ''}`), text) ? 0 : 1;
  return [...people].sort((a, b) => fits(a) - fits(b));
}

async function ask(query: string, signal: AbortSignal): Promise<Found[]> {
  const bundle = await request<Bundle>(`/fhir/Patient?${query}`, { signal });
  return (bundle.entry ?? []).flatMap((e) => (e.resource?.resourceType === 'Patient' ? [found(e.resource)] : []));
}

export interface PeopleSearch {
  readonly people: readonly Found[];
  readonly searching: boolean;
  readonly failed: boolean;
  /** The text that `people` answer; empty when nothing is asked. */
  readonly asked: string;
}

const NOTHING: PeopleSearch = { people: [], searching: false, failed: false, asked: '' };

/** People by name, as it is typed. */
export function usePeople(text: string): PeopleSearch {
  const [state, setState] = useState<PeopleSearch>(NOTHING);
  const query = nameQuery(text)?.toString();
  useEffect(() => {
    if (query === undefined) {
      setState(NOTHING);
      return;
    }
    const stop = new AbortController();
    setState((before) => ({ ...before, searching: true }));
    const timer = setTimeout(() => {
      ask(query, stop.signal)
        .then((people) => setState({ people: ranked(people, text), searching: false, failed: false, asked: text }))
        .catch(() => {
          if (!stop.signal.aborted) setState({ people: [], searching: false, failed: true, asked: text });
        });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query, text]);
  return state;
}

/** People in the command palette, from every workspace: opens the check-in card. */
export function usePeopleSource(): PaletteSource {
  const { goTo } = useRoute();
  return {
    id: 'reception.people',
    search: async (text, signal) => {
      const query = nameQuery(text)?.toString();
      if (query === undefined) return [];
      return ranked(await ask(query, signal), text).map((one) => ({
        id: `person:${one.id}`,
        group: 'people',
        title: one.name,
        detail: [one.birthDate && formatDate(one.birthDate), one.code, one.address].filter(Boolean).join(' · '),
        icon: 'user',
        run: () => goTo('reception', ['person', one.id]),
      }));
    },
  };
}
