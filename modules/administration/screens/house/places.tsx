import { foldText, localDate } from '@mach/base';
import {
  Button,
  Chip,
  type CodeRow,
  CodeSearch,
  DateField,
  Empty,
  formatDate,
  SearchField,
  Segmented,
  Select,
  Table,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useKeys,
  useNow,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { ClosePlaceResult } from '../../contract.ts';
import { ROOM_KINDS, type RoomKind } from '../../house/places.ts';
import { Issues } from '../issues.tsx';
import { useFreshDrawer } from '../use-fresh-drawer.ts';
import { FormDrawer } from './form-drawer.tsx';
import { texts } from './texts.ts';

type Kind = 'department' | 'room' | 'bed';
interface DepartmentRow {
  readonly key: string;
  readonly code: string | null;
  readonly name: string | null;
  readonly closedFrom: string | null;
}
interface PlaceRow extends DepartmentRow {
  readonly use: string | null;
  readonly specialty: string | null;
  readonly bed: string | null;
  readonly department: string | null;
  readonly departmentName: string | null;
  readonly room: string | null;
  readonly roomName: string | null;
  readonly examService: string | null;
}
type Row = DepartmentRow & Partial<PlaceRow>;

/** Departments, rooms and beds. */
export function Places(): ReactElement {
  const t = useTexts(texts);
  const today = localDate(useNow());
  const [kind, setKind] = useState<Kind>('room');
  const [query, setQuery] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const drawer = useFreshDrawer('house-place');
  const departments = useView<DepartmentRow>('administration.departments', {}, { sort: 'code', limit: 500 });
  const places = useView<PlaceRow>('administration.places', {}, { sort: 'code', limit: 2_000 });
  const all: readonly Row[] =
    kind === 'department' ? departments.rows : places.rows.filter((row) => (row.bed === 'bd') === (kind === 'bed'));
  const words = foldText(query).split(' ').filter(Boolean);
  const rows = all.filter((row) => {
    const text = foldText(`${row.code} ${row.name} ${row.departmentName ?? ''} ${row.specialty ?? ''}`);
    return words.every((word) => text.includes(word));
  });
  function show(key: string | null): void {
    setOpen(key);
    drawer.show();
  }
  useKeys([{ chord: 'F10', label: { vi: texts.vi.add, en: texts.en.add }, run: () => show(null) }]);
  const state = kind === 'department' ? departments.state : places.state;
  return (
    <>
      <div className="adm-tools">
        <SearchField label={t('find')} value={query} onChange={setQuery} autoFocus />
        <Segmented
          label={t('kind')}
          labelHidden
          value={kind}
          onChange={setKind}
          options={[
            { value: 'department', label: t('department') },
            { value: 'room', label: t('room') },
            { value: 'bed', label: t('bed') },
          ]}
        />
        <Button look="primary" icon="plus" chord="F10" onClick={() => show(null)}>
          {t('add')}
        </Button>
      </div>
      <Table<Row>
        label={t(kind)}
        rows={rows}
        keyOf={(row) => row.key}
        state={state === 'loading' ? 'loading' : 'ready'}
        selected={drawer.isOpen ? open : null}
        onOpen={(row) => show(row.key)}
        textOf={(row) => row.name ?? row.key}
        tone={(row) => (row.closedFrom && row.closedFrom <= today ? 'muted' : undefined)}
        empty={<Empty title={t('nothing')} hint={t('nothingHint')} />}
        columns={[
          {
            key: 'code',
            head: t('code'),
            width: '110px',
            wide: true,
            cell: (row) => <span className="m-code">{row.code}</span>,
          },
          {
            key: 'name',
            head: t('name'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.name}
                <span className="adm-two">
                  {[row.code, kind === 'bed' ? row.roomName : kind === 'room' ? row.departmentName : undefined]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </>
            ),
          },
          ...(kind === 'room'
            ? [
                { key: 'use', head: t('kind'), width: '170px', wide: true, cell: (row: Row) => nameOfUse(t, row.use) },
                {
                  key: 'service',
                  head: t('examService'),
                  width: '110px',
                  wide: true,
                  cell: (row: Row) => <span className="m-code">{row.examService ?? '—'}</span>,
                },
              ]
            : []),
          {
            key: 'state',
            head: t('state'),
            width: '160px',
            cell: (row) =>
              row.closedFrom ? (
                <Chip tone={row.closedFrom <= today ? undefined : 'warn'}>
                  {t(row.closedFrom <= today ? 'closed' : 'willClose', { day: formatDate(row.closedFrom) })}
                </Chip>
              ) : (
                <span className="hou-oneline">{t('open')}</span>
              ),
          },
        ]}
      />
      <PlaceDrawer
        key={`${drawer.round}/${kind}/${open ?? 'new'}`}
        kind={kind}
        row={all.find((row) => row.key === open)}
        today={today}
        departments={departments.rows.filter((row) => !row.closedFrom || row.closedFrom > today)}
        rooms={places.rows.filter((row) => row.bed !== 'bd' && (!row.closedFrom || row.closedFrom > today))}
      />
    </>
  );
}

type Texts = ReturnType<typeof useTexts<(typeof texts)['vi']>>;
function nameOfUse(t: Texts, use: string | null | undefined): string {
  const known = ROOM_KINDS.find((kind) => kind === use);
  return known ? t(`use.${known}`) : '—';
}

function PlaceDrawer(props: {
  readonly kind: Kind;
  readonly row: Row | undefined;
  readonly today: string;
  readonly departments: readonly DepartmentRow[];
  readonly rooms: readonly PlaceRow[];
}): ReactElement {
  const { kind, row, today, departments, rooms } = props;
  const t = useTexts(texts);
  const drawer = useDrawer('house-place');
  const [code, setCode] = useState(row?.code ?? '');
  const [name, setName] = useState(row?.name ?? '');
  const [use, setUse] = useState<RoomKind | ''>(ROOM_KINDS.find((one) => one === row?.use) ?? 'exam');
  const [department, setDepartment] = useState(row?.department ?? '');
  const [room, setRoom] = useState(row?.room ?? '');
  const [specialty, setSpecialty] = useState(row?.specialty ?? '');
  const [service, setService] = useState<CodeRow | null>(
    row?.examService ? { code: row.examService, display: '' } : null,
  );
  const [closeFrom, setCloseFrom] = useState(row?.closedFrom ?? today);
  const [reason, setReason] = useState('');
  const set = useCommand<object, { place: string }>('administration.set-place', {
    onDone: () => {
      toast({ text: t('saved') });
      drawer.close();
    },
  });
  const closing = useCommand<object, ClosePlaceResult>('administration.close-place', {
    onDone: (done) => {
      toast({ text: done.standing > 0 ? t('standing', { n: done.standing }) : t('saved') });
      drawer.close();
    },
  });
  const save = (): void => {
    const base = { kind, isNew: row === undefined, code, name };
    const more = {
      use,
      department,
      ...(specialty ? { specialty } : {}),
      ...(service ? { examService: service.code } : {}),
    };
    void set.run(kind === 'department' ? base : kind === 'room' ? { ...base, ...more } : { ...base, room });
  };
  const closeTo = (from: string | null): void => {
    const type = kind === 'department' ? 'Organization' : 'Location';
    if (row) void closing.run({ type, id: row.key, from, reason });
  };
  const issues = set.issuesByField;
  const title = row ? `${row.code} ${row.name}` : `${t('add')} · ${t(kind)}`;
  return (
    <FormDrawer id="house-place" title={title} busy={set.running} onSave={save}>
      {!row && (
        <TextField label={t('code')} required code autoFocus value={code} onChange={setCode} issues={issues.code} />
      )}
      <TextField label={t('name')} required value={name} onChange={setName} issues={issues.name} />
      {kind === 'room' && (
        <>
          <Select
            label={t('kind')}
            required
            value={use}
            onChange={(value) => setUse(value)}
            options={ROOM_KINDS.map((value) => ({ value, label: t(`use.${value}`) }))}
          />
          <Select
            label={t('department')}
            required
            value={department}
            onChange={setDepartment}
            issues={issues.department}
            options={departments.map((one) => ({ value: one.key, label: `${one.code} ${one.name}` }))}
          />
          <TextField label={t('specialty')} value={specialty} onChange={setSpecialty} />
          <CodeSearch
            label={t('examService')}
            hint={t('examServiceHint')}
            list="house-services"
            value={service}
            onChange={setService}
            issues={issues.examService}
          />
        </>
      )}
      {kind === 'bed' && (
        <Select
          label={t('room')}
          required
          value={room}
          onChange={setRoom}
          issues={issues.room}
          options={rooms.map((one) => ({ value: one.key, label: `${one.code} ${one.name}` }))}
        />
      )}
      <Issues of={issues[''] ?? []} />
      {row && (
        <>
          <hr className="hou-line" />
          <DateField
            label={t('closeFrom')}
            value={closeFrom}
            min={today}
            onChange={setCloseFrom}
            issues={closing.issuesByField.from}
          />
          <TextField label={t('reason')} value={reason} onChange={setReason} issues={closing.issuesByField.reason} />
          <div className="hou-acts">
            <Button look="danger" busy={closing.running} onClick={() => closeTo(closeFrom)}>
              {t('close')}
            </Button>
            {row.closedFrom && (
              <Button busy={closing.running} onClick={() => closeTo(null)}>
                {t('reopen')}
              </Button>
            )}
          </div>
          <Issues of={closing.issuesByField[''] ?? []} />
        </>
      )}
    </FormDrawer>
  );
}
