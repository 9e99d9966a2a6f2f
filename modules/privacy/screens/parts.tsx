import { searchKeys } from '@mach/base';
import type { Bundle } from '@mach/fhir/types.ts';
import { AlertLine, Combobox, formatDate, type Issue, request, usePick, useTexts } from '@mach/ui';
import { SID } from '@mach/vn/systems.ts';
import { type ReactElement, useState } from 'react';
import { texts } from './texts.ts';

/** What was refused and belongs to no field. */
export function Refusals({ of }: { readonly of: readonly Issue[] }): ReactElement | null {
  const [first] = of;
  return first ? <Refusal issue={first} /> : null;
}

function Refusal({ issue }: { readonly issue: Issue }): ReactElement {
  const pick = usePick();
  return <AlertLine level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly detail: string;
}

const MOST = 12;

/** Words are beginnings of parts of the name, four digits a year of birth. */
async function search(text: string): Promise<Person[]> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const params = new URLSearchParams({ _count: String(MOST) });
  for (const word of words)
    if (/^(19|20)\d{2}$/.test(word)) params.set('birthdate', word);
    else params.append('name', searchKeys(word).join(','));
  if (!params.has('name')) return [];
  const bundle: Partial<Bundle> = await request<Bundle>(`/fhir/Patient?${params}`).catch(() => ({}));
  return (bundle.entry ?? []).flatMap(({ resource }) => {
    if (resource?.resourceType !== 'Patient') return [];
    const code = resource.identifier?.find((i) => i.system === SID.patientCode)?.value;
    const born = resource.birthDate && formatDate(resource.birthDate);
    const detail = [born, code, resource.address?.[0]?.text].filter(Boolean).join(' · ');
    return [{ id: resource.id ?? '', name: resource.name?.[0]?.text ?? '—', detail }];
  });
}

/** One patient, found by name. */
export function PersonField(props: {
  readonly label: string;
  readonly value: Person | null;
  readonly onChange: (person: Person | null) => void;
  readonly autoFocus?: boolean;
}): ReactElement {
  const t = useTexts(texts);
  const [found, setFound] = useState<{ text: string; people: readonly Person[] }>({ text: '', people: [] });
  return (
    <Combobox<Person>
      {...props}
      hint={t('findPatientHint')}
      options={found.people}
      answered={found.text}
      onQuery={(text) => {
        void search(text).then((people) => setFound({ text, people }));
      }}
      keyOf={(one) => one.id}
      textOf={(one) => one.name}
      renderOption={(one) => (
        <>
          {one.name}
          <span className="prv-two">{one.detail}</span>
        </>
      )}
    />
  );
}
