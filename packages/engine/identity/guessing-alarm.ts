import { raiseAlarms } from '../alarms.ts';
import type { Engine } from '../engine.ts';

/** So many doors that wait at once are no forgotten password. */
const SEVERAL = 5;

/**
 * Guessing at passwords, PINs or codes is told among the stuck work while it lasts: how many sign-ins are made to wait, and
 * whether one address tries many accounts. Whose they are is kept as digests and told to nobody.
 */
export function watchGuessing(engine: Engine): void {
  raiseAlarms(engine, 'guessing', async () => {
    const { rows } = await engine.database.system.query<{ waiting: number; wide: number; since: Date | null }>({
      name: 'attempts_waiting',
      text: `select count(*)::integer as waiting, (count(*) filter (where key like 'address:%' or key like 'device:%'))::integer as wide,
               min(last_at) as since
             from system.attempt where blocked_until > $1`,
      values: [engine.clock.now()],
    });
    const [{ waiting, wide, since } = { waiting: 0, wide: 0, since: null }] = rows;
    if (waiting < SEVERAL && wide === 0) return [];
    const many = wide > 0;
    return [
      {
        code: 'guessing',
        title: many ? 'IP' : String(waiting),
        reason: many
          ? {
              vi: `Từ ${wide} địa chỉ hoặc máy có nhiều lần đăng nhập sai vào nhiều tài khoản: đang bị bắt chờ`,
              en: `From ${wide} addresses or devices many sign-ins to many accounts failed: they are made to wait`,
            }
          : {
              vi: `${waiting} chỗ đăng nhập đang bị bắt chờ vì sai nhiều lần`,
              en: `${waiting} places of sign-in are made to wait after many wrong attempts`,
            },
        remedy: {
          vi: 'Xem nhật ký đăng nhập bị từ chối để biết từ đâu; chặn địa chỉ lạ ở tường lửa; mật khẩu của ai bị dò thì đặt lại',
          en: 'See in the log of refused sign-ins where from; close strange addresses at the firewall; reset passwords that were tried',
        },
        since: since === null ? null : new Date(since).toISOString(),
      },
    ];
  });
}
