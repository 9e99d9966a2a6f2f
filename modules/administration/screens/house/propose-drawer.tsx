import { parseClinicalNumber } from '@mach/base';
import {
  Button,
  type CodeRow,
  CodeSearch,
  type Issue,
  issuesOf,
  Segmented,
  Select,
  TextField,
  toast,
  useCommand,
  useDrawer,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { PackEntryRow } from '../../codes/house.ts';
import type { Effect } from '../../house/effect.ts';
import { call } from '../api.ts';
import { Issues } from '../issues.tsx';
import { FormDrawer } from './form-drawer.tsx';
import { Period, usePeriod } from './period.tsx';
import { texts } from './texts.ts';

type Found = CodeRow & Partial<PackEntryRow>;
type Cell = NonNullable<PackEntryRow['cells'][string]> | null;
const CERTAINTIES = ['H', 'M', 'L'] as const;

const shown = (cell: Cell): string => (cell === null ? '' : Array.isArray(cell) ? cell.join(', ') : String(cell));

/** What was typed, as the kind of value that stands there. */
function typedAs(text: string, before: Cell): Cell {
  const plain = text.trim();
  if (plain === '') return null;
  if (typeof before === 'number') {
    // "1.000" may be one or a thousand: it stays text, and the server asks for a number.
    const read = parseClinicalNumber(plain);
    return read.ok ? read.value.toNumber() : plain;
  }
  if (typeof before === 'boolean') return plain === 'true' ? true : plain === 'false' ? false : plain;
  return Array.isArray(before) ? plain.split(/\s*,\s*/) : plain;
}

/** One entry of a rule pack is wrong, or one is missing: what it shall be, from when, and why. */
export function ProposeDrawer({ today }: { readonly today: string }): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer('house-propose');
  const [found, setFound] = useState<Found | null>(null);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [title, setTitle] = useState('');
  const [article, setArticle] = useState('');
  const [reason, setReason] = useState('');
  const [certainty, setCertainty] = useState<(typeof CERTAINTIES)[number]>('H');
  const [op, setOp] = useState<'set' | 'add'>('set');
  const [effect, setEffect] = useState<Effect>();
  const [wrong, setWrong] = useState<readonly Issue[]>([]);
  const period = usePeriod(today);
  const propose = useCommand<object>('administration.propose-correction', {
    onDone: () => {
      toast({ text: t('sent') });
      drawer.close();
    },
  });
  const { subject, path, key, cells = {} } = found ?? {};
  // What names the entry is not changed: that would be another entry.
  const adds = op === 'add';
  const fields = Object.entries(cells).filter(([name]) => adds || key?.[name] === undefined);
  const changed = Object.entries(typed).filter(([name, text]) => adds || text !== shown(cells[name] ?? null));
  const entry = {
    subject,
    path,
    // A new row is named by what is typed into the columns that name the others.
    key: adds ? Object.fromEntries(Object.keys(key ?? {}).map((name) => [name, (typed[name] ?? '').trim()])) : key,
    op,
    cells: Object.fromEntries(changed.map(([name, text]) => [name, typedAs(text, cells[name] ?? null)])),
  };
  const isTable = Object.keys(key ?? {}).length > 0;
  const look = async (): Promise<void> => {
    setEffect(undefined);
    try {
      setEffect(await call<Effect>('POST', '/api/administration/effect', { from: period.from, entries: [entry] }));
      setWrong([]);
    } catch (error) {
      setWrong(issuesOf(error));
    }
  };
  const save = (): void => {
    const more = article === '' ? {} : { article };
    void propose.run({ title, ...period.input, ...more, reason, certainty, entries: [entry] });
  };
  const issues = propose.issuesByField;
  const own = Object.entries(issues).flatMap(([field, list]) =>
    field === '' || field.startsWith('entries') ? list : [],
  );
  return (
    <FormDrawer
      id="house-propose"
      title={t('propose')}
      busy={propose.running}
      onSave={save}
      saveText={t('send')}
      actions={<Button onClick={() => void look()}>{t('effect')}</Button>}
    >
      <p className="adm-note">{t('waitsForOther')}</p>
      <CodeSearch
        label={t('pack')}
        hint={t('packHint')}
        list="pack-entries"
        date={period.from}
        value={found}
        onChange={(row) => {
          setFound(row);
          setTyped({});
          setOp('set');
          setEffect(undefined);
        }}
        error={found && !found.path ? t('chooseEntry') : undefined}
        autoFocus
      />
      {isTable && (
        <Segmented<'set' | 'add'>
          label={t('whatToDo')}
          value={op}
          onChange={(next) => {
            setOp(next);
            setTyped({});
            setEffect(undefined);
          }}
          options={[
            { value: 'set', label: t('changeEntry') },
            { value: 'add', label: t('addEntry') },
          ]}
        />
      )}
      {found?.path && (
        <div className="hou-cells">
          <b>{t('field')}</b>
          <b>{t(adds ? 'pattern' : 'was')}</b>
          <b>{t(adds ? 'newRow' : 'now')}</b>
          {fields.map(([name, cell]) => (
            <Cells
              key={name}
              name={name}
              was={shown(cell)}
              value={typed[name] ?? (adds ? '' : shown(cell))}
              onChange={(text) => setTyped((now) => ({ ...now, [name]: text }))}
            />
          ))}
        </div>
      )}
      {effect && (
        <p role="status">
          {t('effectLine', { n: effect.entries.length, visits: effect.openVisits, lines: effect.unpaidLines })}{' '}
          {t('effectClaims', { tests: effect.pendingTests, open: effect.openClaims, sent: effect.sentClaims })}
        </p>
      )}
      <Issues of={[...wrong, ...own]} />
      <TextField label={t('titleOf')} required value={title} onChange={setTitle} issues={issues.title} />
      <Period of={period} today="2020-01-01" issues={issues} />
      <TextField label={t('article')} value={article} onChange={setArticle} issues={issues.article} />
      <Select
        label={t('certainty')}
        value={certainty}
        onChange={setCertainty}
        options={CERTAINTIES.map((value) => ({ value, label: t(`certainty.${value}`) }))}
      />
      <TextField label={t('reason')} required value={reason} onChange={setReason} issues={issues.reason} />
    </FormDrawer>
  );
}

function Cells(props: {
  readonly name: string;
  readonly was: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactElement {
  const { name, was, value, onChange } = props;
  return (
    <>
      <span className="m-code">{name}</span>
      <span>{was === '' ? '—' : was}</span>
      <TextField label={name} labelHidden value={value} onChange={onChange} />
    </>
  );
}
