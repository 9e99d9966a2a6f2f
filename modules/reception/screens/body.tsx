import { Button, Empty, formatDate, Skeleton, useTexts, Worklist, WorkRow } from '@mach/ui';
import type { ReactElement } from 'react';
import type { TodayRow } from '../contract.ts';
import type { RoomLoad } from '../rooms.ts';
import { useCheckIn } from './check-in.tsx';
import { IssueLine } from './insurance.tsx';
import { NewPersonPage, type NewPersonProps } from './new-person.tsx';
import type { Found } from './people-search.ts';
import { texts } from './texts.ts';
import type { Desk } from './use-desk.ts';
import { VisitPage } from './visit.tsx';

/** Whose slip can be printed. */
export interface TicketOf {
  readonly encounter: string;
  readonly number: string;
  readonly room: string;
  readonly name: string;
}

export const ticketOf = (row: TodayRow): TicketOf => ({
  encounter: row.key,
  number: row.queueNumber ?? '',
  room: row.roomName ?? '',
  name: row.name ?? '',
});

/** The check-in card is page and finish bar in one: it keeps its own state while the person is open. */
export function CheckInPage(props: Parameters<typeof useCheckIn>[0]): ReactElement {
  const { page, finish } = useCheckIn(props);
  return (
    <div className="rec-checkin">
      {page}
      {finish}
    </div>
  );
}

export interface BodyProps {
  readonly where: string | undefined;
  readonly row: TodayRow | undefined;
  readonly desk: Desk;
  readonly given: TicketOf | null;
  readonly load: readonly RoomLoad[];
  readonly newPerson: NewPersonProps;
  readonly onPrint: () => void;
  readonly onDone: () => void;
  readonly onOpen: (patient: string) => void;
}

/** What stands in the page: the form, a visit, people to choose from, or the number just given. */
export function Body(props: BodyProps): ReactElement {
  const { where, row, desk, given, load, newPerson, onPrint, onDone, onOpen } = props;
  const t = useTexts(texts);
  if (where === 'new') return <NewPersonPage {...newPerson} />;
  if (where === 'person') return <Skeleton shape="card" count={2} />;
  if (row)
    return (
      <VisitPage
        key={row.key}
        row={row}
        rooms={load}
        person={desk.known.get(row.patient)}
        reload={() => void desk.load(row.patient)}
        onPrint={onPrint}
        onDone={onDone}
      />
    );
  if (desk.outcome?.kind === 'choose')
    return (
      <FoundPeople
        people={desk.outcome.people.map((p) => ({
          id: p.patient,
          name: p.person.name ?? '',
          birthDate: p.person.birthDate ?? null,
          gender: p.person.sex ?? null,
          code: p.patientCode,
          address: p.address,
        }))}
        text=""
        onOpen={(one) => onOpen(one.id)}
      />
    );
  if (desk.outcome?.kind === 'failed')
    return (
      <div className="rec-grid">
        <p className="rec-lead">{t('unreadable')}</p>
        {desk.outcome.found.notices.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
      </div>
    );
  return (
    <>
      <Empty icon="scan" title={t('idle')} hint={t('idleHint')} />
      {given && (
        <div className="rec-given">
          <span className="rec-note">{t('lastGiven')}</span>
          <span className="rec-number">{given.number}</span>
          <span className="rec-lead">{given.room}</span>
          <span>{given.name}</span>
          <Button size="small" icon="print" chord="F8" onClick={onPrint}>
            {t('print')}
          </Button>
        </div>
      )}
    </>
  );
}

/** People by name or by a number that several carry: two identifiers before a record is opened. */
export function FoundPeople(props: {
  readonly people: readonly Found[];
  readonly text: string;
  readonly onOpen: (one: Found) => void;
}): ReactElement {
  const { people, text, onOpen } = props;
  const t = useTexts(texts);
  return (
    <Worklist
      label={t('choosePerson')}
      rows={people}
      keyOf={(one) => one.id}
      textOf={(one) => one.name}
      onOpen={onOpen}
      empty={<Empty title={t('noPerson', { text })} hint={t('noPersonHint')} />}
      render={(one) => (
        <WorkRow
          lead={one.code ?? ''}
          name={one.name}
          age={one.birthDate ? formatDate(one.birthDate) : t('unknown')}
          next={one.address ?? t('unknown')}
        />
      )}
    />
  );
}
