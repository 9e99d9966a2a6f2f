import { Button, DateField, paperTicket, Section, TextField, TicketField, useRoute, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { QueueRow } from '../../contract.ts';
import { texts } from './texts.ts';

/** Address of somebody who holds a paper ticket: `/vitals/paper/G0012/TRẦN THỊ LAN/1964-07-14`. */
export const PAPER = 'paper';

export const isPaper = (row: QueueRow): boolean => row.key.startsWith(`${PAPER}:`);

/** The row of a person whom no worklist shows yet: what stands on the ticket, and nothing else is claimed. */
export function paperRow([kind, number, name, birthDate]: readonly string[]): QueueRow | undefined {
  if (kind !== PAPER || number === undefined || name === undefined) return undefined;
  return {
    key: `${PAPER}:${number}`,
    patient: '',
    visitCode: '',
    queueNumber: number,
    name,
    birthDate: birthDate ?? null,
    gender: null,
    patientCode: null,
    state: 'waiting',
    room: null,
    roomName: null,
    reason: null,
    payer: null,
    priority: null,
    priorityReason: null,
    arrivedAt: null,
    doctor: null,
    doctorName: null,
    news2: null,
    news2Recorded: null,
    news2Risk: null,
    vitalsAt: null,
    vitalsUrgent: false,
    ordersTotal: 0,
    ordersDone: 0,
    ordersUnseen: 0,
    principalDiagnosis: null,
    allergyState: null,
  };
}

/** Two identifiers and the number, read off the ticket and asked back. */
export function PaperPerson(): ReactElement {
  const t = useTexts(texts);
  const { go } = useRoute();
  const [number, setNumber] = useState('');
  const [name, setName] = useState('');
  const [born, setBorn] = useState<string>('');
  const ticket = paperTicket(number);
  const ready = ticket !== undefined && name.trim().length > 1 && born !== '';
  return (
    <Section title={t('paperTitle')} anchor={1}>
      <p>{t('paperHint')}</p>
      <div className="vit-grid">
        <TicketField value={number} onChange={setNumber} autoFocus />
        <TextField label={t('paperName')} required value={name} onChange={setName} maxLength={120} />
        <DateField label={t('paperBorn')} required partial value={born} onChange={(next) => setBorn(next ?? '')} />
      </div>
      <Button
        look="primary"
        icon="right"
        disabled={!ready}
        onClick={() => ticket && go([PAPER, ticket, name.trim().toUpperCase(), born])}
      >
        {t('paperOpen')}
      </Button>
    </Section>
  );
}
