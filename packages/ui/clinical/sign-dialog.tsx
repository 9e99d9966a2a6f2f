import type { Issue } from '@mach/base';
import { type ReactElement, type ReactNode, useRef, useState } from 'react';
import { Button } from '../base/button.tsx';
import { Checkbox, type Option, Segmented } from '../base/choice.tsx';
import { Modal } from '../base/modal.tsx';
import { TextField } from '../base/text-field.tsx';
import { emphasised } from '../format/name.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import './sign-dialog.css';
import { PersonName } from './person-name.tsx';

export interface SignItem {
  readonly key: string;
  readonly title: string;
  readonly patient?: string;
  /** What changed since it was last signed. */
  readonly changes?: string;
  readonly preview?: ReactNode;
}

export interface SignDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly items: readonly SignItem[];
  readonly signer: { readonly name: string; readonly role: string };
  readonly methods: readonly Option[];
  /** Time left of the signing session; while it runs no PIN is asked. */
  readonly session?: string;
  readonly busy?: boolean;
  readonly issues?: readonly Issue[];
  readonly onSign: (choice: {
    readonly keys: readonly string[];
    readonly method: string;
    readonly secret: string;
  }) => void;
}

/** What is signed, by whom, how; one signature for all. A failure keeps the drafts. */
export function SignDialog(props: SignDialogProps): ReactElement {
  const { open, onClose, items, signer, methods, session, busy, issues = [], onSign } = props;
  const t = useTexts(uiTexts);
  const pick = usePick();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [method, setMethod] = useState(methods[0]?.value ?? '');
  const [secret, setSecret] = useState('');
  const main = useRef<HTMLButtonElement>(null);
  const keys = items.map((item) => item.key).filter((key) => !left.has(key));
  const patients = [...new Set(items.map((item) => item.patient).filter((name) => name !== undefined))];
  const [only] = patients;
  const ready = keys.length > 0 && (session !== undefined || secret !== '') && !busy;

  function sign(): void {
    if (ready) onSign({ keys, method, secret });
  }

  return (
    <Modal
      kind="sign"
      open={open}
      onClose={onClose}
      title={t('signItems', { n: keys.length })}
      initialFocus={session === undefined ? undefined : main}
      keys={[{ chord: 'Ctrl+Enter', run: sign }]}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            ref={main}
            look="primary"
            icon="sign"
            chord="Ctrl+Enter"
            busy={busy}
            disabled={!ready && !busy}
            onClick={sign}
          >
            {patients.length === 1 && only !== undefined
              ? t('signFor', { action: t('sign'), name: emphasised(only) })
              : `${t('sign')} (${keys.length})`}
          </Button>
        </>
      }
    >
      <ul className="m-sign-items">
        {items.map((item) => (
          <li key={item.key} className="m-sign-item">
            <Checkbox
              checked={!left.has(item.key)}
              onChange={(on) => {
                const next = new Set(left);
                if (on) next.delete(item.key);
                else next.add(item.key);
                setLeft(next);
              }}
              hint={item.changes && `${t('changed')}: ${item.changes}`}
            >
              <b>{item.title}</b>
              {item.patient && patients.length > 1 && (
                <>
                  {' · '}
                  <PersonName name={item.patient} />
                </>
              )}
            </Checkbox>
            {item.preview && <div className="m-sign-preview">{item.preview}</div>}
          </li>
        ))}
      </ul>
      <p className="m-sign-who">
        {t('signedBy')} <b>{signer.name}</b> · {signer.role}
        {session && ` · ${t('signSession', { time: session })}`}
      </p>
      {methods.length > 1 && <Segmented label={t('method')} value={method} onChange={setMethod} options={methods} />}
      {session === undefined && (
        <TextField
          label={t('password')}
          type="password"
          autoComplete="current-password"
          autoFocus
          value={secret}
          onChange={setSecret}
          onKeyDown={(event) => event.key === 'Enter' && sign()}
        />
      )}
      {issues.length > 0 && (
        <div className="m-sign-failed" role="alert">
          <b>{t('signFailed')}</b>
          {issues.map((issue) => (
            <p key={issue.code}>
              {pick(issue.text)} {issue.remedy && pick(issue.remedy)}
            </p>
          ))}
        </div>
      )}
    </Modal>
  );
}
