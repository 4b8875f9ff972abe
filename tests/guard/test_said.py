import pytest

from bellrock import guard


@pytest.mark.parametrize(
    "text",
    [
        "my verification code is 123456",
        "OTP: 839201",
        "123456 is my verification code",
        "2FA code 123 456",
        "验证码：123456",
        "認証コード 123456",
        "인증번호 123456 입니다",
        "mi código de verificación es 123456",
        "le code de vérification : 123456",
        "код подтверждения 123456",
        "Bestätigungscode: 123456",
        "doğrulama kodu 123456",
        "mã xác minh 123456",
        "código de verificação: 123456",
        "il codice di verifica è 123456",
        "kod weryfikacyjny 123456",
        "kode verifikasi 123456",
        "verificatiecode 123456",
        "رمز التحقق ١٢٣٤٥٦",
        "код підтвердження 123456",
    ],
)
def test_codes_go_in_every_language(text: str) -> None:
    guarded = guard.screen(text)
    assert guarded.kinds == (guard.Kind.ONE_TIME_CODE,)
    assert "123456" not in guarded.text


@pytest.mark.parametrize(
    "text",
    [
        "error code 100234",
        "my referral code is 123456",
        "I got no verification code. My uid is 12345678",
        "order 123456 and no sms code arrived",
        "verification code not arriving since 2026-11-22",
        "block 812345 confirmed",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert guard.screen(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "password: hunter2xyz",
        "my password is Correct1Horse",
        "密码：abc12345",
        "пароль: qwerty123",
        "passwort = Sommer2026!",
        "제 비밀번호는 qwer1234! 입니다",
        "비밀번호 qwer1234!",
        "كلمة السر هي abc12345",
        "parolam qwer1234!",
        "mật khẩu của tôi là abc12345",
        "kata sandi saya adalah abc12345",
        "мой пароль qwer1234!",
        "мій пароль це qwer1234",
        "la password è abc12345",
        "moje hasło to abc12345",
        "minha senha é abc12345",
        "كلمة المرور: abc12345",
    ],
)
def test_passwords_go(text: str) -> None:
    assert guard.screen(text).kinds == (guard.Kind.PASSWORD,)


@pytest.mark.parametrize(
    "text",
    [
        "password: forgotten",
        "parolam calismiyor 20 dakikadir",
        "пароль не подходит iphone13",
        "senha iPhone13pro",
        "改了密码是不是24小时不能提币",
        "비밀번호가 24시간동안안바뀌어요",
        "my password is not working",
        "password reset link https://northwick.example/r1",
        "密码：忘记了怎么办",
    ],
)
def test_talk_about_passwords_stays(text: str) -> None:
    assert guard.screen(text).text == text
