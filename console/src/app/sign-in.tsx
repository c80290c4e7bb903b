// Getting in: password and second factor, setting one up, recovery codes. Pasting and password managers work.

import { useEffect, useState } from 'preact/hooks';
import { api, OF_ENDED, Problem } from '../api/client';
import type { Answer } from '../api/client';
import { t } from '../texts';
import { ActButton } from '../ui/acts';
import { Field } from '../ui/parts';
import { useSending } from '../ui/sending';
import { Refused } from '../ui/states';
import { lookAtSession } from './idle';
import type { Why } from './session';

type Step = { is: 'credentials' } | { is: 'enrol'; secret: Answer<'/v1/sign-in/second-factor', 'post'> } | { is: 'codes'; codes: string[] };

/** Sign-outs that are not answered yet: an answer takes the browser's cookie away, whoever's it is by then. */
const signOuts = new Set<AbortController>();

/** Tells the server that the person goes, and says whether it is known to have heard it. */
export async function tellSignOut(): Promise<'out' | 'unsure'> {
  const asking = new AbortController();
  signOuts.add(asking);
  try {
    await api('post', '/v1/sign-out', { passive: true, signal: asking.signal });
    return 'out';
  } catch (error) {
    // Who is signed in no more is out, and so is who hears of it late.
    return error instanceof Problem && (error.status === 401 || error.code === OF_ENDED) ? 'out' : 'unsure';
  } finally {
    signOuts.delete(asking);
  }
}

export function SignIn({ why, isMidAct }: { why: Why; isMidAct: boolean }) {
  const [step, setStep] = useState<Step>({ is: 'credentials' });
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [role, setRole] = useState('');
  const [byRecovery, setByRecovery] = useState(false);
  const [asksRole, setAsksRole] = useState(false);
  useEffect(() => {
    // Of the page that was there before, nothing stands in the window any more.
    document.title = 'Wardline';
  }, []);
  const entering = useSending();
  const leaving = useSending();
  const [heard, setHeard] = useState(false);
  const unsure = why === 'unsure' && !heard;
  const signOut = () => leaving.send(async () => {
    if ((await tellSignOut()) === 'unsure') throw new Problem(0, 'unreachable', t.signIn.stillUnsure);
    setHeard(true);
  });
  const told = unsure ? undefined : why === 'out' || heard ? t.signIn.out : why === 'ended' ? t.signIn.ended : why === 'idle' ? t.signIn.idle : undefined;

  const signIn = () => entering.send(async () => {
    for (const late of signOuts) late.abort();
    const second = !code ? {} : byRecovery ? { recovery_code: code } : { code };
    try {
      await api('post', '/v1/sign-in', { body: { login, password, ...second, ...(role ? { role } : {}) }, passive: true });
    } catch (error) {
      if (error instanceof Problem && error.code === 'second_factor_needed') {
        setStep({ is: 'enrol', secret: await api('post', '/v1/sign-in/second-factor', { body: { login, password }, passive: true }) });
        setCode('');
        return;
      }
      if (error instanceof Problem && error.field === 'role') setAsksRole(true);
      throw error;
    }
    await lookAtSession(true);
  });

  const confirm = () => entering.send(async () => {
    const body = { credentials: { login, password }, first_code: code };
    const { recovery_codes } = await api('post', '/v1/sign-in/second-factor/confirm', { body, passive: true });
    setCode('');
    setStep({ is: 'codes', codes: recovery_codes });
  });

  return (
    <main class="sign-in" id="content">
      <div class="sign-in-card">
        <div class="brand"><img src="/icon.svg" width="36" height="36" alt="" /><span>Wardline</span></div>
        {step.is === 'credentials' && (
          <form onSubmit={(event) => { event.preventDefault(); void signIn(); }}>
            <h1>{t.signIn.title}</h1>
            <p class="lead">{t.signIn.lead}</p>
            {told && <p class="told" role="status">{told}</p>}
            {isMidAct && <p class="stale-notice" role="alert">{t.signIn.midAct}</p>}
            {unsure && <div class="stale-notice" role="alert"><strong>{t.signIn.unsure}</strong> <span>{t.signIn.unsureText}</span> <ActButton class="button small" busy={leaving.busy} onClick={() => void signOut()}>{t.nav.signOut}</ActButton></div>}
            <Refused problem={leaving.problem} />
            <Field label={t.signIn.login} value={login} onInput={(e) => setLogin(e.currentTarget.value)} autocomplete="username" name="login" required autofocus autocapitalize="none" spellcheck={false} />
            <Field label={t.signIn.password} value={password} onInput={(e) => setPassword(e.currentTarget.value)} type="password" autocomplete="current-password" name="password" required />
            {byRecovery
              ? <Field label={t.signIn.recovery} value={code} onInput={(e) => setCode(e.currentTarget.value.trim())} autocomplete="off" name="recovery" spellcheck={false} />
              : <Field label={t.signIn.code} hint={t.signIn.codeHint} value={code} onInput={(e) => setCode(e.currentTarget.value.replace(/\s/g, ''))} inputMode="numeric" autocomplete="one-time-code" name="code" />}
            <button type="button" class="link" onClick={() => { setByRecovery(!byRecovery); setCode(''); }}>{byRecovery ? t.signIn.useCode : t.signIn.useRecovery}</button>
            {asksRole && <Field label={t.signIn.role} hint={t.signIn.roleHint} value={role} onInput={(e) => setRole(e.currentTarget.value.trim())} name="role" />}
            <Refused problem={entering.problem} />
            <ActButton type="submit" class="button primary big" busy={entering.busy}>{entering.busy ? t.signIn.busy : t.signIn.submit}</ActButton>
          </form>
        )}
        {step.is === 'enrol' && (
          <form onSubmit={(event) => { event.preventDefault(); void confirm(); }}>
            <h1>{t.signIn.enrolTitle}</h1>
            <p>{t.signIn.enrolText}</p>
            <p class="secret"><span class="faint">{t.signIn.secret}</span><code>{step.secret.secret.match(/.{1,4}/g)?.join(' ')}</code></p>
            <p><a href={step.secret.uri}>{t.signIn.openApp}</a></p>
            <Field label={t.signIn.firstCode} value={code} onInput={(e) => setCode(e.currentTarget.value.replace(/\s/g, ''))} inputMode="numeric" autocomplete="one-time-code" required autofocus />
            <Refused problem={entering.problem} />
            <ActButton type="submit" class="button primary big" busy={entering.busy}>{entering.busy ? t.signIn.busy : t.signIn.confirm}</ActButton>
          </form>
        )}
        {step.is === 'codes' && (
          <div>
            <h1>{t.signIn.recoveryTitle}</h1>
            <p>{t.signIn.recoveryText}</p>
            <ul class="codes">{step.codes.map((one) => <li key={one}><code>{one}</code></li>)}</ul>
            <p class="hint">{t.signIn.waitForCode}</p>
            <div class="dialog-actions">
              <button type="button" class="button" onClick={() => print()}>{t.signIn.print}</button>
              <button type="button" class="button primary" onClick={() => setStep({ is: 'credentials' })}>{t.signIn.goOn}</button>
            </div>
          </div>
        )}
      </div>
      <p class="sign-in-foot">{t.nav.notAlarm} {t.nav.notAlarmLong}</p>
    </main>
  );
}
