"""Every sentence that a playbook can say. Values are filled in as the reader's language writes them."""

from __future__ import annotations

from bellrock.core import N_

CONCLUSIONS = {
    # orders, prices, fees
    "order_waits": N_(
        "Your order %(order)s waits for its trigger at %(trigger)s. It watches the %(kind)s, which has been between "
        "%(low)s and %(high)s since then, so the trigger has not been reached yet."
    ),
    "order_open": N_(
        "Your order %(order)s is in the book and not finished: %(filled)s of %(quantity)s is filled. Its limit is "
        "%(limit)s, and the best price on the other side is %(best)s. It goes on as soon as the market reaches your "
        "limit; you can change or cancel it at any time."
    ),
    "order_filled": N_(
        "Your order %(order)s was filled completely: %(quantity)s at an average price of %(average)s, on %(at)s."
    ),
    "order_ended": N_(
        "Your order %(order)s ended on %(at)s because %(why)s. Until then, %(filled)s of %(quantity)s was filled."
    ),
    "stop_followed": N_(
        "The stop of your order %(order)s did what its rule says. It watches the %(kind)s with a trigger at %(trigger)s; "
        "that was reached on %(at)s, and the order then traded at %(average)s."
    ),
    "stop_wrong": N_(
        "Your order %(order)s has a trigger at %(trigger)s and watches the %(kind)s, which was between %(low)s and "
        "%(high)s. What happened does not fit this rule, so a specialist checks it with these numbers."
    ),
    "price_followed": N_(
        "I rebuilt your order %(order)s. When it came, the best price was %(best)s, but not for the whole amount. Taking "
        "%(quantity)s from the book as it stood comes to %(expected)s on average; you got %(average)s. The difference to "
        "the best price, %(share)s, comes from the size of the order beside what was offered. A limit order sets the "
        "worst price you accept."
    ),
    "price_wrong": N_(
        "I rebuilt your order %(order)s: the book as it stood comes to %(expected)s on average, and you got %(average)s, "
        "which is %(share)s worse. I have put the evidence together, and a specialist checks it."
    ),
    "fee_right": N_(
        "I checked your fees, trade by trade (%(count)s): %(fee)s together. They follow the rates of your level: "
        "%(maker)s when your order waited in the book (maker), %(taker)s when it took from the book (taker), since "
        "%(since)s. Trades before that have the rates of the level that you had then."
    ),
    "fee_wrong": N_(
        "I checked your fees, trade by trade. The rates of your level are %(maker)s (maker) and %(taker)s (taker), and "
        "%(wrong)s of %(count)s fees are higher. A specialist checks this and corrects it if it is wrong."
    ),
    "fee_level": N_(
        "Your account has the level %(level)s: %(maker)s for maker and %(taker)s for taker orders on the spot market, "
        "with a volume of %(volume)s in 30 days."
    ),
    # futures
    "liquidation_cross": N_(
        "Your %(symbol)s position was liquidated on %(at)s, when the mark price came to %(mark)s. With cross margin, your"
        " whole futures wallet stands for all positions. At the liquidation price of %(price)s, what was left of it was "
        "no more than the maintenance margin of your positions. The rule was followed; the steps are below."
    ),
    "liquidation_isolated": N_(
        "Your %(symbol)s position was liquidated on %(at)s, when the mark price came to %(mark)s. With isolated margin, "
        "only the %(wallet)s set aside for it counts. At the liquidation price of %(price)s, what was left of it was no "
        "more than the maintenance margin. The rule was followed; the steps are below."
    ),
    "liquidation_differs": N_(
        "Your %(symbol)s position was liquidated on %(at)s. My calculation does not agree with what was booked, so a "
        "specialist checks it with all numbers."
    ),
    "margin_ratio": N_(
        "Your cross positions now have a margin ratio of %(ratio)s: %(maintenance)s must be held, and %(balance)s stand "
        "for it. They are liquidated when all of that is needed."
    ),
    "funding_sum": N_(
        "In the last 7 days you received %(received)s of funding and paid %(paid)s (payments: %(count)s). Each one is the"
        " value of the position at the mark price, times the rate of that hour."
    ),
    "settlement": N_(
        "Your %(symbol)s contract was settled on %(at)s at %(price)s. With an entry at %(entry)s and %(quantity)s that "
        "comes to %(profit)s before the fee of %(fee)s."
    ),
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
    "kyc_expired": N_("Your verification has expired and has to be renewed. Please hand in again: %(missing)s."),
    "kyc_approved": N_("Your verification is complete, at level %(level)s. There is nothing left to do."),
    "region": N_("In %(country)s we offer: %(offered)s. Not offered there: %(closed)s."),
    "region_none": N_("In %(country)s we cannot offer you an account."),
    # API
    "api_mistake": N_("I read your request. The signature does not fit because %(why)s."),
    "api_signature": N_(
        "Your request is well formed, so the secret is the likely cause: a different key, or a space or line end copied "
        "with it. To check your program without any secret, sign exactly this text with the key %(key)s: %(text)s. The "
        "signature must begin with %(begins)s."
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
    # earn
    "yield_right": N_(
        "Your rewards follow the rule: %(amount)s at %(rate)s a year make %(day)s a day. For the whole days that I "
        "checked (%(days)s) that is %(expected)s, and %(paid)s were paid."
    ),
    "yield_wrong": N_(
        "By the rule, the whole days that I checked (%(days)s) make %(expected)s, and %(paid)s were paid. A specialist "
        "checks the difference."
    ),
    "redemption_due": N_("Your redemption of %(amount)s is on its way and arrives by %(due)s."),
    "redemption_late": N_(
        "Your redemption of %(amount)s should have arrived by %(due)s. A specialist looks into it now."
    ),
    "redemption_paid": N_("Your redemption of %(amount)s was paid out on %(at)s to your spot wallet."),
    # deposits
    "deposit_credited": N_("Your deposit of %(amount)s has been credited to your account."),
    "deposit_confirming": N_(
        "Your deposit is on the way: %(count)s of %(needed)s confirmations on %(network)s. The rest takes about %(eta)s; "
        "then it is credited by itself."
    ),
    "deposit_pending": N_(
        "Your transaction waits on %(network)s and is in no block yet. The fee that was paid decides how soon it is "
        "taken; at today's fees that is in about %(eta)s. There is nothing you need to do here."
    ),
    "deposit_stuck": N_(
        "Your transaction waits on %(network)s, and its fee is lower than what is taken now. Only the sender can raise "
        "the fee; if nobody does, it may be dropped, and the coins stay with the sender."
    ),
    "deposit_confirmed": N_(
        "Your deposit has all confirmations on %(network)s and should be in your account. A specialist looks into it now."
    ),
    "deposit_not_found": N_(
        "No network that %(txid)s fits knows this transaction. Most often it was not sent yet, or a character is missing."
        " Please look up in the sending wallet whether it is complete, and send me the id from there."
    ),
    "deposit_wrong_network": N_(
        "Your coins arrived over %(network)s, and your address does not take deposits from there."
    ),
    "deposit_wrong_coin": N_("What arrived on %(network)s is a coin that we do not take there (%(contract)s)."),
    "deposit_memo": N_(
        "Your deposit arrived, but the memo or tag is missing or is not yours (yours is %(expected)s), so it could not be"
        " assigned to your account by itself."
    ),
    "deposit_small": N_("Your deposit of %(amount)s arrived, but it is below the minimum of %(minimum)s."),
    "deposit_failed": N_(
        "The transaction failed on %(network)s: apart from its fee, the coins never left the sender. Please send again."
    ),
    "deposit_replaced": N_(
        "The transaction was replaced by another one on %(network)s: %(by)s. If that one pays to your address, it is "
        "credited; if not, the coins stay with the sender."
    ),
    "deposit_dropped": N_(
        "The transaction was dropped on %(network)s and never confirmed. The coins stay with the sender; please send "
        "again."
    ),
    "deposit_not_ours": N_(
        "The transaction on %(network)s went to %(to)s. That is no deposit address of yours with us; only whoever holds "
        "that address can help."
    ),
    # money in and out
    "withdrawal": N_("Your withdrawal of %(amount)s was made on %(at)s. %(state)s"),
    "withdrawal_arrived": N_(
        "Your withdrawal of %(amount)s is confirmed on %(network)s (confirmations: %(count)s). What is missing now is "
        "done by whoever holds the receiving address: show them the transaction id %(txid)s."
    ),
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
    "wallet": N_("Margin that stands for the position: %(wallet)s"),
    "others": N_("Your other positions (%(count)s): profit or loss %(profit)s, maintenance margin %(maintenance)s"),
    "position": N_("Position: %(quantity)s at an entry price of %(entry)s, worth %(value)s at the mark price"),
    "maintenance": N_("Maintenance margin: %(value)s × %(rate)s − %(cumulative)s = %(maintenance)s"),
    "reached": N_("Left at the mark price of %(mark)s: %(balance)s, needed: %(needed)s"),
    "fee": N_("%(quantity)s at %(price)s, rate %(rate)s: fee %(fee)s, by the rule %(expected)s"),
    "recoverable": N_("We can bring this back. It costs %(cost)s."),
    "recoverable_free": N_("We can bring this back, free of charge."),
    "offered": N_("Offered at %(price)s: %(quantity)s"),
}

# Parts of a sentence, after "because"; names in lists; those of a state are sentences of their own.
TERMS = {
    "last": N_("last price"),
    "mark": N_("mark price"),
    "index": N_("index price"),
    "order.customer": N_("it was cancelled from your account"),
    "order.insufficient_balance": N_("your balance was too small"),
    "order.bounds": N_("its price or size was outside what this market allows"),
    "order.at_once": N_("it had to be filled at once and the book held too little"),
    "order.flags": N_("it was marked post-only or reduce-only and would have broken that"),
    "order.market_closed": N_("the market was closed"),
    "order.liquidation": N_("the position behind it was liquidated"),
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
    "api.timestamp_missing": N_("it has no timestamp"),
    "api.timestamp_unit": N_("its timestamp is in the wrong unit: milliseconds have 13 digits, seconds 10"),
    "api.signature_not_last": N_("the signature must be the last parameter"),
    "api.signature_form": N_("the signature must be in small letters"),
    "api.order": N_("the parameters were signed in another order than they were sent"),
    "api.encoding": N_("some values were encoded differently when they were signed than when they were sent"),
    "api.parameters": N_("not the same parameters were signed and sent"),
    "api.not_encoded": N_("its signature holds +, / or =, and these must be percent-encoded in an address"),
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

ASKS = {
    "order": N_(
        "Which order is it? Please send its number: open Orders, then History, and tap the order; the number stands at "
        "the top."
    ),
    "request": N_(
        "Please send the call as your program makes it: method, path and all parameters in their order, with the "
        "timestamp, and the error that came back. Leave out the secret key."
    ),
    "txid": N_(
        "Please send the transaction id (TxID) of the transfer: it stands in the details of the transaction in the wallet"
        " or exchange that you sent from."
    ),
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
