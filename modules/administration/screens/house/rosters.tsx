import { type RosterResult, type RosterRow, type SetRosterInput, setRoster } from '@mach/appointment/contract.ts';
import { addDays, localDate } from '@mach/base';
import type { StaffRow } from '@mach/engine/identity/staff.ts';
import type { RoomRow } from '@mach/reception/contract.ts';
import {
  Checkbox,
  DateField,
  formatDate,
  NumberField,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useNow,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { useRemote } from '../api.ts';
import { Issues } from '../issues.tsx';
import { FormDrawer } from './form-drawer.tsx';
import { HouseList } from './house-list.tsx';
import { texts } from './texts.ts';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
/** Days that a new roster covers unless said otherwise. */
const SPAN = 90;

type Day = (typeof DAYS)[number];

/** "1,2,3,4,5,7" as the runs that people say: Monday to Friday, and Sunday. */
function dayRuns(weekdays: string | null | undefined): (readonly [Day, Day])[] {
  const runs: [Day, Day][] = [];
  for (const day of DAYS.filter((one) => weekdays?.includes(String(one)))) {
    const last = runs.at(-1);
    if (last && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}

/** Who works in which room, on which days of the week. */
export function Rosters(): ReactElement {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const rosters = useView<RosterRow>('appointment.rosters', {}, { sort: 'from', limit: 500 });
  return (
    <HouseList<RosterRow>
      label={t('rosters')}
      drawer="house-roster"
      add={{ vi: texts.vi.addRoster, en: texts.en.addRoster }}
      rows={rosters.rows}
      loading={rosters.state === 'loading'}
      keyOf={(row) => row.key}
      textOf={(row) => row.roomName ?? row.key}
      tone={(row) => ((row.to ?? '9') < today ? 'muted' : undefined)}
      columns={[
        {
          key: 'room',
          head: t('room'),
          rowHead: true,
          cell: (row) => (
            <>
              {row.roomName}
              <span className="adm-two">{row.doctorName ?? t('nobody')}</span>
            </>
          ),
        },
        {
          key: 'days',
          head: t('weekdays'),
          width: '260px',
          cell: (row) => (
            <>
              {dayRuns(row.weekdays)
                .map(([from, to]) => (from === to ? t(`day${from}`) : `${t(`day${from}`)} – ${t(`day${to}`)}`))
                .join(', ')}
              <span className="adm-two hou-number">
                {row.sessions
                  ?.split(' ')
                  .map((one) => one.replace('-', '–'))
                  .join(', ')}
              </span>
            </>
          ),
        },
        {
          key: 'period',
          head: t('from'),
          width: '220px',
          wide: true,
          cell: (row) => `${formatDate(row.from ?? '')} – ${formatDate(row.to ?? '')}`,
        },
      ]}
      form={(row) => <RosterDrawer row={row} today={today} />}
    />
  );
}

function RosterDrawer({ row, today }: { readonly row: RosterRow | undefined; readonly today: string }): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer('house-roster');
  const rooms = useView<RoomRow>('reception.rooms', {}, { sort: 'code', limit: 200 });
  const staff = useRemote<{ rows: readonly StaffRow[] }>('/api/administration/staff');
  const [morning = '', afternoon = ''] = (row?.sessions ?? '07:30-11:30 13:30-16:30').split(' ');
  const [room, setRoom] = useState(row?.room ?? '');
  const [doctor, setDoctor] = useState(row?.doctor ?? '');
  const [from, setFrom] = useState(row?.from ?? today);
  const [to, setTo] = useState(row?.to ?? addDays(today, SPAN));
  const [days, setDays] = useState<readonly number[]>(row?.weekdays?.split(',').map(Number) ?? [1, 2, 3, 4, 5]);
  const [sessions, setSessions] = useState([morning, afternoon]);
  const [minutes, setMinutes] = useState(String(row?.minutes ?? 30));
  const [places, setPlaces] = useState(String(row?.places ?? 3));
  const set = useCommand<SetRosterInput, RosterResult>(setRoster.name, {
    onDone: (done) => {
      toast({ text: t('rosterMade', { n: done.opened }) });
      drawer.close();
    },
  });
  const issues = set.issuesByField;
  const save = (): void =>
    void set.run({
      ...(row ? { schedule: row.key } : {}),
      room,
      ...(doctor ? { practitioner: doctor } : {}),
      from,
      to,
      weekdays: [...days],
      sessions: sessions
        .filter((session) => session !== '')
        .map((session) => {
          const [start = '', end = ''] = session.split('-').map((part) => part.trim());
          return { start, end };
        }),
      minutes: Number(minutes),
      places: Number(places),
    });
  const doctors = (staff.data?.rows ?? []).filter(
    (one) => one.active && one.practitioner && one.roles.includes('doctor'),
  );
  return (
    <FormDrawer id="house-roster" title={row?.roomName ?? t('addRoster')} busy={set.running} onSave={save}>
      <Select
        label={t('room')}
        required
        value={room}
        onChange={setRoom}
        disabled={row !== undefined}
        issues={issues.room}
        options={rooms.rows.map((one) => ({ value: one.key, label: `${one.code} ${one.name}` }))}
      />
      <Select
        label={t('doctor')}
        value={doctor}
        empty={t('nobody')}
        onChange={setDoctor}
        issues={issues.practitioner}
        options={doctors.map((one) => ({ value: one.practitioner ?? '', label: one.name }))}
      />
      <div className="hou-pair">
        <DateField label={t('from')} required value={from} onChange={setFrom} issues={issues.from} />
        <DateField label={t('to')} required value={to} onChange={setTo} issues={issues.to} />
      </div>
      <fieldset className="adm-checks">
        <legend>{t('weekdays')}</legend>
        {DAYS.map((day) => (
          <Checkbox
            key={day}
            checked={days.includes(day)}
            onChange={(on) => setDays(on ? [...days, day] : days.filter((one) => one !== day))}
          >
            {t(`day${day}`)}
          </Checkbox>
        ))}
      </fieldset>
      <div className="hou-pair">
        {(['morning', 'afternoon'] as const).map((part, i) => (
          <TextField
            key={part}
            label={t(part)}
            code
            value={sessions[i] ?? ''}
            onChange={(text) => setSessions(sessions.map((one, at) => (at === i ? text : one)))}
            issues={issues[`sessions.${i}.start`] ?? issues[`sessions.${i}.end`]}
          />
        ))}
      </div>
      <div className="hou-pair">
        <NumberField label={t('minutes')} required value={minutes} onChange={setMinutes} issues={issues.minutes} />
        <NumberField label={t('places1')} required value={places} onChange={setPlaces} issues={issues.places} />
      </div>
      <Issues of={issues[''] ?? []} />
    </FormDrawer>
  );
}
