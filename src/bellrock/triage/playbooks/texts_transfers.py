"""Every sentence about deposits and withdrawals of crypto; `texts` puts them among the others."""

from __future__ import annotations

from bellrock.core import N_

CONCLUSIONS = {
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
    "deposit_seen": N_(
        "Your transaction waits on %(network)s and is in no block yet. Once it is confirmed, it is credited by itself; there"
        " is nothing you need to do here."
    ),
    "deposit_waits": N_(
        "Your transaction waits on %(network)s and is in no block yet. I cannot see yet whether it pays to your account, so a "
        "specialist goes on from here."
    ),
    "deposit_waits_astray": N_(
        "Your transaction waits on %(network)s and is in no block yet. As it was sent, it will not be credited by itself. Until "
        "a block takes it, the sending wallet may still be able to cancel it."
    ),
    "deposit_held": N_(
        "We know of your deposit on %(network)s, but it is not credited by itself. A specialist looks into it now."
    ),
    "deposit_suspended": N_(
        "Your deposit reached us on %(network)s. Deposits of this coin are paused there just now; it is credited by itself "
        "as soon as they are open again."
    ),
    "deposit_returned": N_(
        "We could not credit your deposit of %(amount)s and sent it back to where it came from. A specialist tells you why, "
        "where that may be told."
    ),
    "deposit_on_chain": N_(
        "Your transaction is on %(network)s (confirmations: %(count)s). I cannot look at your account just now, so a "
        "specialist goes on from here."
    ),
    "deposit_not_found": N_(
        "I looked for %(txid)s on %(networks)s, and it is not there. Most often it was not sent yet, or a character is "
        "missing. Please look up in the sending wallet whether it is complete, and send me the id from there."
    ),
    "deposit_unclear": N_(
        "I looked for %(txid)s on %(networks)s, and it is not there. I could not look at every network that it fits, so a "
        "specialist goes on from here."
    ),
    "deposit_vanished": N_(
        "We saw your transaction on %(network)s, but it is not known there any more: it may have been dropped or replaced. "
        "Please look into the sending wallet whether the coins are back; a specialist checks it here."
    ),
    "deposit_contract": N_(
        "The transaction on %(network)s went through a contract. Whether it paid to your address cannot be seen from "
        "outside, so a specialist checks it."
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
    "deposit_replaced_here": N_(
        "The transaction was replaced on %(network)s by %(by)s, which pays to your address as well: that one is credited "
        "instead, and there is nothing you need to do."
    ),
    "deposit_replaced_away": N_(
        "The transaction was replaced on %(network)s by %(by)s, which does not pay to your address. The coins stayed with "
        "the sender; please send again."
    ),
    "deposit_dropped": N_(
        "The transaction was dropped on %(network)s and never confirmed. The coins stay with the sender; please send "
        "again."
    ),
    "deposit_not_ours": N_(
        "The transaction on %(network)s went to %(to)s. That is no deposit address of yours with us; only whoever holds "
        "that address can help."
    ),
    "deposit_not_yours": N_(
        "The transaction on %(network)s pays to us, but not to your account as far as I can see. A specialist checks "
        "whether it can be yours."
    ),
    "network_fees": N_("This is what withdrawals of %(asset)s cost now, by network, the cheapest first."),
    "withdrawal": N_("Your withdrawal of %(amount)s was made on %(at)s. %(state)s"),
    "withdrawal_arrived": N_(
        "Your withdrawal of %(amount)s is confirmed on %(network)s (confirmations: %(count)s). What is missing now is "
        "done by whoever holds the receiving address: show them the transaction id %(txid)s."
    ),
    "withdrawal_confirming": N_(
        "Your withdrawal of %(amount)s was sent and is being confirmed on %(network)s: %(count)s of the %(needed)s "
        "confirmations that receivers usually wait for. The rest takes about %(eta)s."
    ),
    "withdrawal_waits": N_(
        "Your withdrawal of %(amount)s was sent and waits on %(network)s; no block has taken it yet. There is nothing you "
        "need to do here."
    ),
    "withdrawal_failed": N_(
        "Your withdrawal of %(amount)s was sent, but did not get through on %(network)s: the coins never left us. A "
        "specialist sends it again or returns it to your account."
    ),
}

STEPS = {
    "network_fee": N_("%(network)s: fee %(fee)s, smallest withdrawal %(least)s, smallest deposit %(deposit)s"),
    "network_paused": N_("%(network)s: withdrawals are paused just now"),
    "withdrawal_late": N_("It takes longer than usual, so a specialist looks into it now."),
    "withdrawal_newest": N_(
        "I see no withdrawal of yours that is still open; this is the newest one. If you mean another one, send me its amount."
    ),
    "looked_again": N_("I looked again just now, on %(at)s: nothing has changed yet, and it goes on by itself."),
    "deposit_meant": N_("This is about your deposit of %(amount)s, seen on %(at)s."),
    "deposit_opens": N_("Deposits are expected to be open again by %(at)s."),
    "fee_paid": N_(
        "Fee of this transaction: %(paid)s %(unit)s. At the moment, %(slow)s is slow, %(normal)s usual and %(fast)s fast."
    ),
    "waits_network": N_("Your address does not take deposits from %(network)s."),
    "waits_coin": N_("The coin that it brings is one that we do not take on %(network)s (%(contract)s)."),
    "waits_memo": N_("Its memo or tag is missing or is not yours (yours is %(expected)s)."),
    "waits_small": N_("Its amount of %(amount)s is below the minimum of %(minimum)s."),
    "waits_elsewhere": N_("It goes to %(to)s. That is no deposit address of yours with us."),
    "waits_paused": N_(
        "Deposits of this coin are paused on %(network)s just now; it is credited by itself as soon as they are open again."
    ),
    "earlier_first": N_(
        "An earlier transaction of the sending wallet has to be confirmed first. Until then, a higher fee for this one alone "
        "does not help."
    ),
    "lookalike": N_(
        "That address looks almost like yours (%(own)s), but it is another one. Such addresses are made to be copied by "
        "mistake: always copy yours from your account, never from a list of past transfers."
    ),
    "lookalike_sent": N_(
        "The address it went to looks almost like %(own)s, to which you sent before, but it is another one. If you did not "
        "mean that, tell us at once."
    ),
    "top_up": N_(
        "Deposits of the same coin at the same address count together: as soon as their sum reaches the minimum, all of it "
        "is credited."
    ),
    "lost": N_("By our rules, this is not brought back or credited. A specialist looks at it before that is final."),
    "recoverable_maybe": N_(
        "Whether we can bring this back, and what that costs, is known once a specialist has looked at it."
    ),
    "recoverable": N_("We can bring this back. It costs %(cost)s."),
    "recoverable_free": N_("We can bring this back, free of charge."),
    "page": N_("See it on the network: %(page)s"),
    "also": N_("%(txid)s: %(found)s"),
}

ASKS = {
    "txid": N_(
        "Please send the transaction id (TxID) of the transfer: it stands in the details of the transaction in the wallet"
        " or exchange that you sent from."
    ),
    "txid_whole": N_(
        "The transaction id that you sent is not complete. Please copy it whole, with the sign for copying beside it, from "
        "the details of the transaction in the wallet or exchange that you sent from."
    ),
    "txid_otherwise": N_(
        "The TxID is a long row of letters and digits, also called TxHash or transaction hash. Open the wallet or exchange "
        "that you sent from, choose its history, tap the transfer and copy it; from a picture I cannot read it. If there is "
        "none, tell me the coin, the amount and the network instead, and I look for it that way."
    ),
    "txid_withdrawn": N_(
        "Please send the transaction id (TxID) of the withdrawal, or its number: both stand in its details in your withdrawal"
        " history."
    ),
    "txid_not_address": N_(
        "What you sent is an address. Please send the transaction id (TxID) of this one transfer: it stands in the details "
        "of the transaction in the wallet or exchange that you sent from."
    ),
}
