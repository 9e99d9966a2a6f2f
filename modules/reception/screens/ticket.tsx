import { formatDateTime, useSession, useTexts } from '@mach/ui';
import { officialName } from '@mach/vn/names.ts';
import type { ReactElement } from 'react';
import { texts } from './texts.ts';
import './ticket.css';

export interface TicketOf {
  readonly number: string;
  readonly room: string;
  readonly name: string;
  readonly visitCode: string;
  readonly at: string;
}

/** The queue slip (80 mm): on paper only, and only when asked for. */
export function Ticket({ ticket }: { readonly ticket: TicketOf }): ReactElement {
  const t = useTexts(texts);
  const { facility } = useSession();
  return (
    <section className="rec-ticket" aria-hidden="true">
      <p>{facility.name}</p>
      <p className="rec-ticket-title">{t('ticketFacility')}</p>
      <p className="rec-ticket-number">{ticket.number}</p>
      <p className="rec-ticket-room">{ticket.room}</p>
      <p>{officialName(ticket.name)}</p>
      <p>{formatDateTime(ticket.at)}</p>
      <p className="rec-ticket-code">{ticket.visitCode}</p>
      <p>{t('ticketKeep')}</p>
    </section>
  );
}
