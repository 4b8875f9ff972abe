"""Every sentence that a playbook can say. Values are filled in as the reader's language writes them."""

from __future__ import annotations

from bellrock.core import N_
from bellrock.triage.playbooks import texts_trading, texts_transfers

CONCLUSIONS = {
    **texts_trading.CONCLUSIONS,
    # access
    "account_locked": N_(
        "Your account is locked until %(until)s because of too many wrong passwords or codes. It opens by itself then. If"
        " that was not you, tell me at once."
    ),
    "withdrawals_paused": N_(
        "Withdrawals from your account are paused until %(until)s because security settings were changed. This protects "
        "you from somebody who might have changed them, and ends by itself."
    ),
    "login_seen": N_(
        "The last sign-in that looked unusual was on %(at)s, with %(device)s from %(country)s. If that was not you, tell "
        "me: we then secure your account at once. If it was you, there is nothing to do."
    ),
    "login_tried": N_(
        "On %(at)s somebody tried to sign in with %(device)s from %(country)s and did not get in. If that was not you, "
        "change your password; your money was not touched by it."
    ),
    # identity
    "kyc_pending": N_(
        "Your documents arrived on %(at)s and are being checked. A decision is due by %(due)s; you need not send anything"
        " again."
    ),
    "kyc_late": N_(
        "Your documents arrived on %(at)s. The decision was due by %(due)s and is late; a specialist looks into it now."
    ),
    "kyc_missing": N_("Your verification is not finished. Still missing: %(missing)s."),
    "kyc_rejected": N_(
        "Your verification was not accepted because %(why)s. You can try again. Attempts left: %(left)s."
    ),
    "kyc_refused": N_(
        "Your verification was not accepted because %(why)s. A person looks at what can be done; trying again by yourself"
        " would not help."
    ),
    "kyc_duplicate": N_(
        "Your verification was not accepted because %(why)s. A person looks at what can be done; trying again by yourself"
        " would not help."
    ),
    "kyc_expired": N_("Your verification has expired and has to be renewed. Please hand in again: %(missing)s."),
    "kyc_approved": N_("Your verification is complete, at level %(level)s. There is nothing left to do."),
    "region": N_("In %(country)s we offer: %(offered)s. Not offered there: %(closed)s."),
    "region_none": N_("In %(country)s we cannot offer you an account."),
    # API
    "api_mistake": N_("I read your request. The signature does not fit because %(why)s."),
    "api_signature": N_(
        "Your request is well formed, so the secret is the likely cause: a different key, or a space or line end copied "
        "with it. To check your program without any secret, sign exactly the text below with the key %(key)s. The "
        "signature must begin with %(begins)s."
    ),
    "api_pair_wrong": N_(
        "I verified the signature in your request with the public key registered for you (%(key)s), also against the usual "
        "mistakes of text and encoding. None fits, so another private key is the likely cause: derive the public key of the one "
        "that your program uses, and compare it with the registered one. Never send the private key to anybody."
    ),
    "api_pair_right": N_(
        "The signature in your request is right: it fits the public key registered for you (%(key)s) and the text as it has to "
        "be signed. Something else was refused, or the call was changed on its way; a specialist looks into it."
    ),
    "api_clock": N_(
        "Your clock is the cause: the call was %(skew)s ms away from our time, and %(window)s ms are allowed. Synchronise"
        " the clock by NTP, or take the time from our server first."
    ),
    "api_rate": N_(
        "Your calls reached the limit: %(used)s of %(limit)s in %(seconds)s seconds. Spread them out or use the streams, "
        "and wait when you are told to, or the address is banned for %(ban)s seconds."
    ),
    "api_limit": N_(
        "Your calls reached the limit: %(used)s of %(limit)s in %(seconds)s seconds. Spread them out or use the streams, "
        "and wait until the time is over."
    ),
    "api_refused": N_("The call was refused because %(why)s."),
    "api_code": N_("The call to %(path)s was refused with the code %(code)s: %(detail)s"),
    **texts_transfers.CONCLUSIONS,
    "payment": N_("Your payment of %(amount)s was made on %(at)s. %(state)s"),
    "account_state": N_(
        "Sign-ins in 30 days: %(logins)s, of them unusual: %(unusual)s. Devices signed in: %(sessions)s. Holds: "
        "%(holds)s."
    ),
    "bonus": N_("The newest bonus: %(title)s, %(amount)s, %(state)s. Conditions met: %(done)s of %(count)s."),
    # cases
    "case_person": N_("Your case %(reference)s is with a person of our team. They answer you here."),
    "case_queue": N_("Your case %(reference)s waits for a person and is number %(place)s in the queue."),
    "case_yours": N_("In your case %(reference)s we wrote to you on %(at)s and wait for your answer."),
    "case_resolved": N_("Your case %(reference)s was resolved on %(at)s. Write here if something is still open."),
}

STEPS = {
    "day_said": N_(
        "I went by the day in your words: %(day)s. If you mean another one, tell me its amount or its number."
    ),
    **texts_trading.STEPS,
    **texts_transfers.STEPS,
    "exact": "%(text)s",  # of no language
    "case_due": N_("An answer is due by %(due)s."),
    "case_late": N_("An answer was due by %(due)s. We are sorry that it is late."),
}

# Parts of a sentence, after "because"; names in lists; those of a state are sentences of their own.
TERMS = {
    **texts_trading.TERMS,
    "kyc.picture": N_("the picture was blurred, cut off, too bright, or taken of a screen"),
    "kyc.document_expired": N_("the document has expired"),
    "kyc.document_unsupported": N_("this kind of document is not accepted"),
    "kyc.mismatch": N_("the details on the document differ from those of the account"),
    "kyc.face_mismatch": N_("the selfie and the document could not be matched"),
    "kyc.address_old": N_("the proof of address is too old"),
    "kyc.under_age": N_("you have to be of age to have an account"),
    "kyc.duplicate": N_("these details belong to another account already"),
    "kyc.region": N_("we do not offer accounts in the country of the document"),
    "identity_document": N_("identity document"),
    "selfie": N_("selfie"),
    "proof_of_address": N_("proof of address"),
    "source_of_funds": N_("source of funds"),
    "questionnaire": N_("questionnaire"),
    "bonus.pending": N_("its conditions are not met yet"),
    "bonus.credited": N_("it has been credited"),
    "bonus.expired": N_("it has expired"),
    "bonus.refused": N_("it was refused"),
    "api.timestamp_missing": N_("it has no timestamp"),
    "api.timestamp_unit": N_("its timestamp is in the wrong unit: milliseconds have 13 digits, seconds 10"),
    "api.signature_not_last": N_("the signature must be the last parameter"),
    "api.signature_form": N_("the signature must be in small letters"),
    "api.order": N_("the parameters were signed in another order than they were sent"),
    "api.encoding": N_("some values were encoded differently when they were signed than when they were sent"),
    "api.parameters": N_("not the same parameters were signed and sent"),
    "api.not_encoded": N_("its signature holds +, / or =, and these must be percent-encoded in an address"),
    "api.signature_base": N_("the signature must be in standard base64, and it is in another form"),
    "api.other_key": N_("it was signed with another of your keys than the one that it names"),
    "api.window": N_("its recvWindow is larger than is allowed"),
    "api.key": N_("the API key is unknown, disabled or expired"),
    "api.address": N_("your address is not on the allow-list of the key"),
    "api.permission": N_("the key does not have this permission"),
    "state.customer": N_("It waits for you to confirm it by the link or code that we sent."),
    "state.review": N_("It is being checked; you have nothing to do."),
    "state.under_way": N_("It is on its way."),
    "state.done": N_("It has been carried out."),
    "state.ended": N_("It was not carried out; the money is back in your account."),
}

GENERAL = {
    "deposit": N_(
        "Coins are credited once the network has confirmed them: under Assets → Deposit you see how many confirmations each "
        "network needs. A bank transfer takes as long as the banks take."
    ),
    "withdrawal": N_(
        "That depends on the coin and the network: open the list of networks under Assets → Withdraw; the usual duration stands "
        "beside each. To a bank account, it takes as long as the banks take."
    ),
}

ASKS = {
    **texts_trading.ASKS,
    "request": N_(
        "Please send the call as your program makes it: method, path and all parameters in their order, with the "
        "timestamp, and the error that came back. Leave out the secret key."
    ),
    **texts_transfers.ASKS,
    "error": N_(
        "Which error is shown? Please send its words and its number as they stand on the screen, or a picture of it."
    ),
    "product": N_(
        "Which product is it? Please send its name: open Earn, then My products, and tap it; the name stands at the top."
    ),
    "wallet": N_(
        "Please send the public address of your wallet: it stands under its name, beside the sign for copying. Never send "
        "the recovery words."
    ),
    "bank": N_("Please send the amount, the day and the reference of the payment, as your bank statement shows them."),
    "country": N_("Which country do you live in? What we offer depends on it."),
    "proof": N_(
        "Before I look at your account, I need to be sure that it is you. Please confirm it with the button below. We never ask "
        "for a password or a code in this chat."
    ),
    "proof_again": N_(
        "As long as I do not know who you are, I can only say what holds for everybody. If you have an account with us, please "
        "confirm with the button below. If not, choose a person, or just go on writing: then one takes over."
    ),
    "proof_otherwise": N_(
        "Before a person resets it, we need to be sure that it is you. What you have lost is not needed: if you have a "
        "passkey or a linked wallet, please confirm with the button below. If not, choose a person, who checks it with you"
        " in another way."
    ),
}

# What the specialist does next; agents read it in their own language.
NEXT = {
    "correct": N_("The numbers do not follow the rule: check them and correct the difference."),
    "review": N_("Find out what the review waits for, and tell the customer when it ends."),
    "recover": N_("Ask the customer whether to bring the coins back at this cost, then start it."),
    "told": N_("The customer has this answer. Nothing is to be done unless they write again."),
    "tell": N_("Check this conclusion and tell the customer."),
    "prove": N_("Have the customer prove who they are, then act on these facts."),
    "proven": N_("The customer has just proven who they are: act on these facts."),
    "protect": N_("Secure the account first: sessions, API keys, withdrawals. Then find out what happened."),
    "look": N_("Nothing decisive was found: look at the account by hand."),
}

SOURCES = {
    "order": N_("Order"),
    "trades": N_("Trades"),
    "book": N_("Order book"),
    "prices": N_("Price history"),
    "fees": N_("Fee rates"),
    "position": N_("Position"),
    "brackets": N_("Maintenance brackets"),
    "account": N_("Account"),
    "api": N_("API"),
    "earn": N_("Savings"),
    "chain": N_("Blockchain"),
    "case": N_("Case"),
}
