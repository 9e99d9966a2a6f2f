import { type Issue, Problem, toOperationOutcome } from '@mach/base/problem.ts';
import { NoEdition } from '@mach/engine/rule-packs.ts';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** What a fault of the HTTP layer means to the one who sent it. */
function transportIssue(error: FastifyError): { status: number; issue: Issue } | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return {
        status: 413,
        issue: issue(
          'too-long',
          'Dữ liệu gửi lên quá lớn',
          'The body is too large',
          'Chia nhỏ, hoặc dùng mach import',
          'Split it, or use mach import',
        ),
      };
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return {
        status: 400,
        issue: issue(
          'invalid-json',
          'JSON không hợp lệ',
          'The body is not valid JSON',
          'Kiểm tra dấu ngoặc và dấu phẩy',
          'Check brackets and commas',
        ),
      };
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return {
        status: 415,
        issue: issue(
          'media-type',
          'Kiểu nội dung không được nhận',
          'This content type is not accepted',
          'Gửi application/json',
          'Send application/json',
        ),
      };
    default:
      return undefined;
  }
}

function issue(code: string, vi: string, en: string, remedyVi: string, remedyEn: string): Issue {
  return { severity: 'error', code, text: { vi, en }, remedy: { vi: remedyVi, en: remedyEn } };
}

/** The body of a problem: `issue[]` for programs and people, or an OperationOutcome at the FHIR door. */
export function problemBody(problem: Problem, fhir: boolean): object {
  return fhir ? toOperationOutcome(problem) : { status: problem.status, issue: problem.issues };
}

/** Turns whatever was thrown into an answer. What is not a refusal is logged with a code that the person can tell. */
export function errorHandler(log: (line: string, error: unknown) => void) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const fhir = request.url.startsWith('/fhir');
    const send = (problem: Problem): void => {
      if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="mach"');
      // A wait is also told in the header that programs look at.
      if ('retryAfter' in problem) reply.header('retry-after', String(problem.retryAfter));
      else if (problem.status === 503) reply.header('retry-after', '5');
      void reply
        .status(problem.status)
        .type(fhir ? 'application/fhir+json; charset=utf-8' : 'application/json; charset=utf-8')
        .send(JSON.stringify(problemBody(problem, fhir)));
    };
    const known = knownProblem(error);
    if (known) {
      send(known);
      return;
    }
    const code = `MACH-${request.id}`;
    log(code, error);
    send(
      new Problem(500, [
        issue(
          'internal',
          `Máy chủ gặp lỗi, chưa ghi gì. Mã ${code}`,
          `The server failed and has written nothing. Code ${code}`,
          'Thử lại; nếu còn lỗi, báo mã này cho quản trị',
          'Try again; if it fails again, tell this code to the administrator',
        ),
      ]),
    );
  };
}

/** Refusals, and faults of the request itself; undefined for what is our own fault. */
function knownProblem(error: FastifyError): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof NoEdition) return error.problem;
  const transport = transportIssue(error);
  if (transport) return new Problem(transport.status, [transport.issue]);
  if (error.statusCode === undefined || error.statusCode >= 500) return undefined;
  return new Problem(error.statusCode, [
    issue('invalid', 'Yêu cầu không hợp lệ', 'The request is not valid', error.message, error.message),
  ]);
}
