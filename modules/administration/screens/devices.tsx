import type { DeviceRow } from '@mach/engine/identity/devices.ts';
import {
  Button,
  Chip,
  Drawer,
  Empty,
  formatDateTime,
  Modal,
  Segmented,
  Table,
  TextField,
  useCommand,
  useDrawer,
  useKeys,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type EnrolDevice, enrolDevice, revokeDevice } from '../contract.ts';
import { useRemote } from './api.ts';
import './codes.css';
import { Issues } from './issues.tsx';
import { enrolmentToken } from './one-time.ts';
import { QrCode } from './qr-code.tsx';
import { texts } from './texts.ts';
import { useFreshDrawer } from './use-fresh-drawer.ts';

/** Shared computers and phones that the facility has taken in. */
export function Devices(): ReactElement {
  const t = useTexts(texts);
  const devices = useRemote<{ rows: readonly DeviceRow[] }>('/api/administration/devices');
  const drawer = useFreshDrawer('device');
  const [leaving, setLeaving] = useState<DeviceRow>();
  const revoke = useCommand<{ device: string }>(revokeDevice.name, {
    onDone: () => {
      setLeaving(undefined);
      void devices.reload();
    },
  });
  useKeys([{ chord: 'F10', label: { vi: texts.vi.addDevice, en: texts.en.addDevice }, run: drawer.show }]);
  return (
    <>
      <div className="adm-tools">
        <Button look="primary" icon="plus" chord="F10" onClick={drawer.show}>
          {t('addDevice')}
        </Button>
        <Button icon="sync" onClick={() => void devices.reload()}>
          {t('refresh')}
        </Button>
      </div>
      <Issues of={devices.issues} />
      <Table<DeviceRow>
        label={t('devices')}
        rows={devices.data?.rows ?? []}
        keyOf={(row) => row.key}
        state={devices.loading ? 'loading' : 'ready'}
        tone={(row) => (row.revokedAt ? 'muted' : undefined)}
        empty={<Empty title={t('noDevices')} hint={t('noDevicesHint')} />}
        columns={[
          {
            key: 'label',
            head: t('deviceName'),
            rowHead: true,
            cell: (row) => (
              <>
                {row.label}
                <span className="adm-two">{t(`kind.${row.kind}`)}</span>
              </>
            ),
          },
          { key: 'state', head: t('state'), width: '170px', cell: (row) => <State row={row} /> },
          {
            key: 'seen',
            head: t('lastSeen'),
            width: '160px',
            wide: true,
            cell: (row) => (row.lastSeenAt ? formatDateTime(row.lastSeenAt) : '—'),
          },
          { key: 'by', head: t('createdBy'), width: '130px', wide: true, cell: (row) => row.createdBy },
          {
            key: 'revoke',
            head: '',
            width: '110px',
            cell: (row) =>
              row.revokedAt === null && (
                <Button size="small" aria-label={`${t('revoke')} ${row.label}`} onClick={() => setLeaving(row)}>
                  {t('revoke')}
                </Button>
              ),
          },
        ]}
      />
      <EnrolDrawer key={drawer.round} onDone={() => void devices.reload()} />
      <Modal
        kind="destructive"
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={t('confirmRevoke', { name: leaving?.label ?? '' })}
        actions={
          <>
            <Button onClick={() => setLeaving(undefined)}>{t('keep')}</Button>
            <Button
              look="danger"
              busy={revoke.running}
              onClick={() => leaving && void revoke.run({ device: leaving.key })}
            >
              {t('revoke')}
            </Button>
          </>
        }
      >
        <p>{t('confirmRevokeHint')}</p>
        <Issues of={revoke.issues} />
      </Modal>
    </>
  );
}

function State({ row }: { readonly row: DeviceRow }): ReactElement {
  const t = useTexts(texts);
  if (row.revokedWhy === 'copied') return <Chip tone="critical">{t('revoked.copied')}</Chip>;
  if (row.revokedAt) return <Chip>{t('revoked')}</Chip>;
  return row.enrolledAt ? <Chip tone="ok">{t('active')}</Chip> : <Chip tone="warn">{t('waiting')}</Chip>;
}

/** Name and kind, then the code that the device itself opens. */
function EnrolDrawer({ onDone }: { readonly onDone: () => void }): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer('device');
  const [label, setLabel] = useState('');
  const [kind, setKind] = useState<'ward' | 'phone'>('ward');
  const [address, setAddress] = useState<string>();
  const enrol = useCommand<EnrolDevice, { device: string }>(enrolDevice.name);
  async function make(): Promise<void> {
    const token = enrolmentToken();
    if (!(await enrol.run({ kind, label: label.trim(), token }))) return;
    setAddress(`${window.location.origin}/#device=${token}`);
    onDone();
  }
  function close(): void {
    drawer.close();
    onDone();
  }
  return (
    <Drawer
      id="device"
      title={t('addDevice')}
      foot={
        address === undefined ? (
          <Button look="primary" busy={enrol.running} onClick={() => void make()}>
            {t('showCode')}
          </Button>
        ) : (
          <Button look="primary" onClick={close}>
            {t('close')}
          </Button>
        )
      }
    >
      <div className="adm-form">
        {address === undefined ? (
          <>
            <TextField
              label={t('deviceName')}
              required
              hint={t('deviceNameHint')}
              value={label}
              onChange={setLabel}
              issues={enrol.issuesByField.label}
            />
            <Segmented
              label={t('kind')}
              value={kind}
              onChange={setKind}
              options={[
                { value: 'ward', label: t('kind.ward') },
                { value: 'phone', label: t('kind.phone') },
              ]}
            />
            <Issues of={enrol.issuesByField[''] ?? []} />
          </>
        ) : (
          <>
            <p>{t('enrolHint')}</p>
            <QrCode text={address} label={t('enrolCode')} />
            <p className="adm-secret">{address}</p>
          </>
        )}
      </div>
    </Drawer>
  );
}
