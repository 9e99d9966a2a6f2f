import { Problem } from '@mach/base/problem.ts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Doors, requireActor } from '../http/auth.ts';
import { parseBody } from '../http/parse.ts';
import { launchableApps } from './apps.ts';
import { launchAddress, launchInput } from './launch.ts';
import { errorPage, esc, page, pagePolicy, say } from './pages.ts';
import { patientLine } from './patients.ts';
import { languageOf, TEXTS } from './texts.ts';

type Asked = { Querystring: Record<string, string | undefined> };

/** `/oauth2/apps?patient=…&encounter=…`: the page that a patient's record leads to, with the apps that open from it. */
export function launcherRoutes(app: FastifyInstance, doors: Doors): void {
  const send = (reply: FastifyReply, text: string, targets: readonly string[], status = 200): FastifyReply =>
    reply
      .status(status)
      .header('cache-control', 'no-store')
      .header('content-security-policy', pagePolicy(targets))
      .type('text/html; charset=utf-8')
      .send(text);

  app.get<Asked>('/oauth2/apps', async (request, reply) => {
    const { patient = '', encounter = '', lang } = request.query;
    const language = languageOf(lang, request.headers['accept-language']);
    try {
      const actor = await requireActor(doors, request);
      const line = await patientLine(doors, actor, request, patient, language);
      const apps = await launchableApps(doors.engine.database.system, actor.tenant);
      const hidden = `<input type="hidden" name="patient" value="${esc(patient)}">${
        encounter === '' ? '' : `<input type="hidden" name="encounter" value="${esc(encounter)}">`
      }`;
      const buttons = apps.map(
        (one) => `<li><button name="app" value="${esc(one.id)}"><b>${esc(one.name)}</b></button></li>`,
      );
      const list =
        apps.length > 0
          ? `<form method="post" action="/oauth2/apps">${hidden}<ul class="people">${buttons.join('')}</ul></form>`
          : `<p>${say('noApps', language)}</p>`;
      const body = `<h1>${say('apps', language)}</h1>
<dl><dt>${say('forPatient', language)}</dt><dd>${esc(line.name)} <small>${esc(line.detail)}</small></dd></dl>${list}`;
      const other = new URLSearchParams({ patient, encounter, lang: language === 'vi' ? 'en' : 'vi' });
      const text = page({ language, title: TEXTS.apps[language], body, switchTo: `/oauth2/apps?${other}` });
      return send(
        reply,
        text,
        apps.flatMap((one) => one.launchUrl ?? []),
      );
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const [issue] = error.issues;
      const out = { error: issue?.code, error_description: issue?.text[language] };
      return send(reply, errorPage(language, out), [], error.status);
    }
  });

  app.post('/oauth2/apps', async (request, reply) =>
    reply.redirect(await launchAddress(doors, request, parseBody(launchInput, request.body)), 303),
  );
}
