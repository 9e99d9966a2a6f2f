import { type ReactElement, useRef } from 'react';
import { Button, IconButton } from '../base/button.tsx';
import { Checkbox, Select } from '../base/choice.tsx';
import { DateField } from '../base/date-field.tsx';
import { NumberField } from '../base/number-field.tsx';
import { Fact } from '../base/panel.tsx';
import { ReadOnlyNote } from '../base/states.tsx';
import { TextArea, TextField } from '../base/text-field.tsx';
import { type DataState, Stated } from '../board/stated.tsx';
import { formatDate } from '../format/date.ts';
import { Icon } from '../icons/icon.tsx';
import { boardTexts } from '../texts/board.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import {
  type FormDefinition,
  type FormItem,
  type FormValue,
  type FormValues,
  gapsOf,
  isAsked,
  setsOf,
} from './form-model.ts';
import './form-renderer.css';

export interface FormRendererProps extends DataState {
  readonly form: FormDefinition;
  readonly values: FormValues;
  /** Every key stroke: the caller keeps the draft, so that a half-filled form is never lost. */
  readonly onChange: (values: FormValues) => void;
  /** The signed version before, shown under what differs from it. */
  readonly before?: FormValues;
  /** Somebody has tried to finish: what is missing is named above and at its field. */
  readonly tried?: boolean;
  readonly readOnly?: boolean;
  readonly onAmend?: () => void;
}

/** A form of the registry on the screen: its questions in their order, what is worked out, what repeats, what is missing. */
export function FormRenderer(props: FormRendererProps): ReactElement {
  const { form, values, onChange, before, tried, readOnly, onAmend, ...state } = props;
  const t = useTexts(boardTexts);
  const pick = usePick();
  const box = useRef<HTMLElement>(null);
  const gaps = tried ? gapsOf(form.items, values) : [];
  const missing = new Set(gaps.map((gap) => gap.path));

  function go(path: string): void {
    box.current?.querySelector<HTMLElement>(`[data-path="${path}"] :is(input, textarea, select, button)`)?.focus();
  }

  return (
    <section ref={box} className="m-form" aria-label={pick(form.title)}>
      <header className="m-form-head">
        <h3>{pick(form.title)}</h3>
        <span>{t('formOf', { number: form.number, version: form.version, date: formatDate(form.from) })}</span>
      </header>
      {readOnly && <ReadOnlyNote onAmend={onAmend} />}
      {gaps.length > 0 && (
        <div className="m-form-gaps" role="alert">
          <Icon name="warn" size={16} />
          <div>
            {t('missingN', { n: gaps.length })}
            <ul>
              {gaps.map((gap) => (
                <li key={gap.path}>
                  <button type="button" onClick={() => go(gap.path)}>
                    {pick(gap.label)}
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <Stated {...state} shape="lines" nothing={form.items.length === 0} nothingTitle={t('noForm')}>
        <Items
          items={form.items}
          values={values}
          before={before}
          missing={missing}
          at=""
          readOnly={readOnly}
          onChange={onChange}
        />
      </Stated>
    </section>
  );
}

interface Level {
  readonly values: FormValues;
  readonly before?: FormValues;
  readonly missing: ReadonlySet<string>;
  readonly at: string;
  readonly readOnly?: boolean;
  readonly onChange: (values: FormValues) => void;
}

function Items({ items, ...level }: Level & { readonly items: readonly FormItem[] }): ReactElement {
  return (
    <div className="m-form-items">
      {items
        .filter((item) => isAsked(item, level.values))
        .map((item) => (
          <div key={item.id} data-path={`${level.at}${item.id}`} className={`m-form-item m-form-${item.type}`}>
            {item.type === 'group' ? <Group item={item} {...level} /> : <Question item={item} {...level} />}
          </div>
        ))}
    </div>
  );
}

function Group({
  item,
  values,
  before,
  missing,
  at,
  readOnly,
  onChange,
}: Level & { readonly item: FormItem }): ReactElement {
  const t = useTexts(boardTexts);
  const pick = usePick();
  const repeats = item.most !== undefined;
  const sets = repeats ? setsOf(values[item.id]) : [setsOf(values[item.id])[0] ?? {}];
  const put = (next: readonly FormValues[]): void => onChange({ ...values, [item.id]: next });
  return (
    <fieldset className="m-form-fieldset">
      <legend>{pick(item.label)}</legend>
      {sets.map((set, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a set has no identity but its place
        <div key={i} className="m-form-set">
          <Items
            items={item.items ?? []}
            values={set}
            before={setsOf(before?.[item.id])[i]}
            missing={missing}
            at={`${at}${item.id}.${i}.`}
            readOnly={readOnly}
            onChange={(next) => put(sets.map((one, j) => (j === i ? next : one)))}
          />
          {repeats && !readOnly && (
            <IconButton
              icon="trash"
              label={t('removeSet', { name: pick(item.label), n: i + 1 })}
              onClick={() => put(sets.filter((_, j) => j !== i))}
            />
          )}
        </div>
      ))}
      {repeats && !readOnly && sets.length < (item.most ?? 0) && (
        <Button size="small" icon="plus" onClick={() => put([...sets, {}])}>
          {t('addSet', { name: pick(item.label) })}
        </Button>
      )}
    </fieldset>
  );
}

function Question({
  item,
  values,
  before,
  missing,
  at,
  readOnly,
  onChange,
}: Level & { readonly item: FormItem }): ReactElement {
  const t = useTexts(boardTexts);
  const pick = usePick();
  const value = values[item.id];
  const text = typeof value === 'string' ? value : '';
  const earlier = before?.[item.id];
  const set = (next: FormValue): void => onChange({ ...values, [item.id]: next });
  const changed =
    typeof earlier === 'string' && earlier !== text ? t('before', { value: spoken(item, earlier, pick) }) : undefined;
  const common = {
    label: pick(item.label),
    required: item.required,
    hint: changed ?? (item.hint && pick(item.hint)),
    error: missing.has(`${at}${item.id}`) ? t('missing') : undefined,
  };
  // A number field says itself what is wrong with what was typed; what is missing comes as an issue.
  const { error, ...rest } = common;
  const gap = {
    severity: 'error',
    code: 'form.missing',
    text: { vi: boardTexts.vi.missing, en: boardTexts.en.missing },
  } as const;
  const numeric = { ...rest, issues: error === undefined ? [] : [gap] };
  if (item.type === 'words') return <p>{pick(item.label)}</p>;
  if (item.type === 'computed')
    return (
      <dl>
        <Fact label={pick(item.label)}>{[item.compute?.(values) ?? '—', item.unit].filter(Boolean).join(' ')}</Fact>
      </dl>
    );
  if (readOnly)
    return (
      <dl>
        <Fact label={pick(item.label)}>
          {item.type === 'tick' ? t(value === true ? 'yes' : 'no') : text === '' ? '—' : spoken(item, text, pick)}
        </Fact>
      </dl>
    );
  switch (item.type) {
    case 'long':
      return <TextArea {...common} value={text} onChange={set} />;
    case 'number':
      return <NumberField {...numeric} unit={item.unit} range={item.range} value={text} onChange={set} />;
    case 'date':
      return <DateField {...common} value={text} onChange={set} />;
    case 'choice':
      return (
        <Select
          {...common}
          value={text}
          empty={t('choose')}
          onChange={set}
          options={(item.options ?? []).map((one) => ({ value: one.value, label: pick(one.label) }))}
        />
      );
    case 'tick':
      return (
        <Checkbox checked={value === true} onChange={set} hint={common.error ?? common.hint}>
          {common.label}
        </Checkbox>
      );
    default:
      return <TextField {...common} value={text} onChange={set} />;
  }
}

/** An answer as it is read. */
function spoken(item: FormItem, value: string, pick: ReturnType<typeof usePick>): string {
  if (item.type === 'date') return formatDate(value);
  const option = item.options?.find((one) => one.value === value);
  return [option ? pick(option.label) : item.type === 'number' ? value.replace('.', ',') : value, item.unit]
    .filter(Boolean)
    .join(' ');
}
