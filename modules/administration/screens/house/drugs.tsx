import { formatMoney } from '@mach/base';
import { Checkbox, Chip, NumberField, TextField, toast, useCommand, useDrawer, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import type { ListedDrug } from '../../house/drugs.ts';
import { Issues } from '../issues.tsx';
import { FormDrawer } from './form-drawer.tsx';
import { History } from './history.tsx';
import { HouseList, useDayList } from './house-list.tsx';
import { Period, usePeriod } from './period.tsx';
import { texts } from './texts.ts';

type Row = ListedDrug & { readonly label: string };

/** The formulary on a day. */
export function Drugs(): ReactElement {
  const t = useTexts(texts);
  const { today, reload, ...list } = useDayList<Row>('house-drugs');
  return (
    <HouseList<Row>
      {...list}
      label={t('drugs')}
      drawer="house-drug"
      add={{ vi: texts.vi.newDrug, en: texts.en.newDrug }}
      keyOf={(row) => row.code}
      textOf={(row) => row.label}
      tone={(row) => (row.withdrawn ? 'muted' : undefined)}
      columns={[
        {
          key: 'name',
          head: t('name'),
          rowHead: true,
          cell: (row) => (
            <>
              {row.label}
              <span className="adm-two">{[row.brand, row.registration].filter(Boolean).join(' · ')}</span>
            </>
          ),
        },
        { key: 'unit', head: t('unit'), width: '110px', wide: true, cell: (row) => row.unit ?? '—' },
        {
          key: 'price',
          head: t('price'),
          align: 'right',
          width: '140px',
          cell: (row) => (
            <span className="hou-number">{row.withdrawn ? <Chip>{t('withdrawn')}</Chip> : formatMoney(row.price)}</span>
          ),
        },
        {
          key: 'ratio',
          head: t('ratio'),
          align: 'right',
          width: '130px',
          wide: true,
          cell: (row) => <span className="hou-number">{row.bhytRatio ?? 0}</span>,
        },
      ]}
      form={(row) => <DrugDrawer row={row} today={today} onDone={reload} />}
    />
  );
}

/** Texts of the form, in the order in which they are typed. */
const FIELDS = [
  'display',
  'brand',
  'strength',
  'form',
  'route',
  'atc',
  'group',
  'unit',
  'doseUnit',
  'registration',
  'condition',
  'claimCode',
  'tender',
] as const;
type Field = (typeof FIELDS)[number];
const CELL: Readonly<Partial<Record<Field, 'bhytCondition'>>> = { condition: 'bhytCondition' };
const REQUIRED = new Set<Field>(['display', 'strength', 'form', 'route', 'unit', 'doseUnit']);

function DrugDrawer(props: {
  readonly row: Row | undefined;
  readonly today: string;
  readonly onDone: () => void;
}): ReactElement {
  const { row, today, onDone } = props;
  const t = useTexts(texts);
  const drawer = useDrawer('house-drug');
  const textIn = (field: Field): string => row?.[CELL[field] ?? (field as Exclude<Field, 'condition'>)] ?? '';
  const before = Object.fromEntries(FIELDS.map((field) => [field, textIn(field)])) as Record<Field, string>;
  const [typed, setTyped] = useState(before);
  const [code, setCode] = useState('');
  const [ingredients, setIngredients] = useState(row?.ingredients?.join(' + ') ?? '');
  const [price, setPrice] = useState(row ? String(row.price) : '');
  const [bhyt, setBhyt] = useState(row?.bhytPrice == null ? '' : String(row.bhytPrice));
  const [ratio, setRatio] = useState(String(row?.bhytRatio ?? 100));
  const [withdrawn, setWithdrawn] = useState(row?.withdrawn ?? false);
  const period = usePeriod(today);
  const publish = useCommand<object, { change: string }>('administration.publish-list', {
    onDone: () => {
      toast({ text: t('saved') });
      drawer.close();
      onDone();
    },
  });
  const issues = publish.issuesByField;
  const save = (): void => {
    // Only what was changed is published: the rest follows the list that holds.
    const changed = FIELDS.filter((field) => typed[field].trim() !== '' && typed[field] !== before[field]);
    const keys = ingredients.split(/\s*\+\s*/).filter((one) => one !== '');
    const entry = {
      code: row?.code ?? code,
      ...Object.fromEntries(changed.map((field) => [CELL[field] ?? field, typed[field].trim()])),
      ...(row?.ingredients?.join(' + ') === ingredients || keys.length === 0 ? {} : { ingredients: keys }),
      ...(price === '' || Number(price) === row?.price ? {} : { price: Number(price) }),
      ...(bhyt === String(row?.bhytPrice ?? '') ? {} : { bhytPrice: bhyt === '' ? null : Number(bhyt) }),
      ...(ratio === '' || Number(ratio) === row?.bhytRatio ? {} : { bhytRatio: Number(ratio) }),
      ...(withdrawn ? { withdrawn } : {}),
    };
    void publish.run({ title: `${t('drugs')}: ${row?.label ?? typed.display}`, ...period.input, drugs: [entry] });
  };
  return (
    <FormDrawer id="house-drug" title={row ? row.label : t('newDrug')} busy={publish.running} onSave={save}>
      {!row && (
        <TextField
          label={t('code')}
          required
          code
          autoFocus
          value={code}
          onChange={setCode}
          issues={issues['drugs.0.code']}
        />
      )}
      <div className="hou-pair">
        <NumberField
          label={t('price')}
          required
          unit="₫"
          value={price}
          onChange={setPrice}
          issues={issues['drugs.0.price']}
        />
        <NumberField
          label={t('bhytPrice')}
          unit="₫"
          value={bhyt}
          onChange={setBhyt}
          issues={issues['drugs.0.bhytPrice']}
        />
        <NumberField label={t('ratio')} value={ratio} onChange={setRatio} issues={issues['drugs.0.bhytRatio']} />
      </div>
      {row && (
        <Checkbox checked={withdrawn} onChange={setWithdrawn}>
          {t('withdraw')}
        </Checkbox>
      )}
      <Period of={period} today={today} issues={issues} />
      <TextField
        label={t('ingredients')}
        required
        value={ingredients}
        onChange={setIngredients}
        issues={issues['drugs.0.ingredients']}
      />
      <div className="hou-pair">
        {FIELDS.map((field) => (
          <TextField
            key={field}
            label={t(field)}
            required={REQUIRED.has(field)}
            value={typed[field]}
            onChange={(text) => setTyped((now) => ({ ...now, [field]: text }))}
            issues={issues[`drugs.0.${CELL[field] ?? field}`]}
          />
        ))}
      </div>
      <Issues of={issues[''] ?? []} />
      {row && <History code={row.code} />}
    </FormDrawer>
  );
}
