"""Every sentence about orders, prices, fees, futures and savings; `texts` puts them among the others."""

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
    "price_best": N_(
        "I rebuilt your order %(order)s. When it came, the best price was %(best)s, with enough offered for %(quantity)s; "
        "you got %(average)s. The difference is %(share)s."
    ),
    "price_unclear": N_(
        "Your order %(order)s was filled with %(filled)s at %(average)s on average, on %(at)s. What I would need to check this "
        "price is not there (%(missing)s), so a specialist checks it."
    ),
    "limit_followed": N_(
        "Your order %(order)s has a limit at %(limit)s. All that was filled, %(filled)s of %(quantity)s, was traded at that "
        "price or a better one, at %(average)s on average."
    ),
    "limit_broken": N_(
        "Your order %(order)s has a limit at %(limit)s, but a part of it was traded at %(worst)s. That does not fit the "
        "rule, so a specialist checks it with these numbers."
    ),
    "limit_passed": N_(
        "Your order %(order)s has a limit at %(limit)s. The last price went past it on %(at)s, to %(last)s, and %(filled)s "
        "of %(quantity)s is filled. That does not fit the rule, so a specialist checks it with these numbers."
    ),
    "order_unclear": N_(
        "Your order %(order)s ended on %(at)s; until then, %(filled)s of %(quantity)s was filled. Why it ended does not follow "
        "from what I see, so a specialist checks it."
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
    "liquidation_unchecked": N_(
        "Your %(symbol)s position was liquidated on %(at)s, when the mark price came to %(mark)s. The steps are below. The "
        "rule for its maintenance margin at that time could not be read, so a specialist checks it."
    ),
    "margin_isolated": N_(
        "Your %(symbol)s position with isolated margin now has a margin ratio of %(ratio)s: %(maintenance)s must be held, and "
        "%(balance)s stand for it. It is liquidated when all of that is needed, at a mark price of about %(price)s."
    ),
    "funding_twice": N_(
        "On %(at)s, funding for your %(symbol)s position was booked more than once (bookings: %(count)s). It is due once for "
        "each time, so a specialist checks it."
    ),
    "funding_sum": N_(
        "In the last 7 days you received %(received)s of funding and paid %(paid)s (payments: %(count)s). Each one is the"
        " value of the position at the mark price, times the rate of that hour."
    ),
    "settlement": N_(
        "Your %(symbol)s contract was settled on %(at)s at %(price)s. With an entry at %(entry)s and %(quantity)s that "
        "comes to %(profit)s before the fee of %(fee)s."
    ),
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
    "redemption_early": N_(
        "Your redemption of %(amount)s is on its way and arrives by %(due)s. You left before the end of the term, which costs "
        "%(forfeited)s of rewards."
    ),
    "redemption_ahead": N_(
        "You have not asked to redeem %(amount)s in %(product)s yet. Asked for now, it would arrive by %(due)s."
    ),
    "yield_begins": N_(
        "%(amount)s in %(product)s earn since %(since)s, at %(rate)s a year, which makes %(day)s a day. The first reward is "
        "for the first whole day (UTC) and comes the day after."
    ),
    "redemption_late": N_(
        "Your redemption of %(amount)s should have arrived by %(due)s. A specialist looks into it now."
    ),
    "redemption_paid": N_("Your redemption of %(amount)s was paid out on %(at)s to your spot wallet."),
}

STEPS = {
    "wallet": N_("Margin that stands for the position: %(wallet)s"),
    "others": N_("Your other positions (%(count)s): profit or loss %(profit)s, maintenance margin %(maintenance)s"),
    "position": N_("Position: %(quantity)s at an entry price of %(entry)s, worth %(value)s at the mark price"),
    "maintenance": N_("Maintenance margin: %(value)s × %(rate)s − %(cumulative)s = %(maintenance)s"),
    "reached": N_("Left at the mark price of %(mark)s: %(balance)s, needed: %(needed)s"),
    "fee": N_("%(quantity)s at %(price)s, rate %(rate)s: fee %(fee)s, by the rule %(expected)s"),
    "offered": N_("Offered at %(price)s: %(quantity)s"),
    "limit_far": N_(
        "Since it is in the book, the last price has been between %(low)s and %(high)s and has not reached your limit"
    ),
    "limit_touched": N_(
        "The last price touched your limit on %(at)s and did not go past it (it was between %(low)s and %(high)s). At the same "
        "price, orders that came before yours are filled first, and what was traded there did not reach yours"
    ),
    "stop_slip": N_(
        "A trigger only starts the order; it does not set its price. The best price then was %(best)s, and %(quantity)s taken "
        "from the book came to %(expected)s on average. From the trigger to your price: %(share)s"
    ),
    "crossed": N_(
        "Your limit was %(limit)s and the best price on the other side %(best)s, so it would have traded at once"
    ),
    "held": N_(
        "At a price that your order accepted, the book held %(held)s of %(quantity)s; the best price was %(best)s"
    ),
    "bounds": N_("This market takes orders worth at least %(least)s, at most %(band)s away from the last price"),
    "discount": N_("Fees paid in %(asset)s are %(share)s lower on the spot market"),
    "fee_between": N_(
        "%(quantity)s at %(price)s, rate %(rate)s: fee %(fee)s, by the rule %(least)s to %(most)s at the prices of that time"
    ),
    "fee_rate": N_("%(quantity)s at %(price)s: fee %(fee)s. Its rate of %(rate)s was checked, its worth was not"),
    "futures_level": N_("Futures: %(maker)s for maker and %(taker)s for taker orders"),
    "hedge": N_(
        "The other side of the same contract: %(quantity)s at an entry price of %(entry)s, maintenance margin %(maintenance)s"
    ),
    "closed": N_("Closed at %(average)s on average: result %(realised)s, liquidation fee %(fee)s"),
    "insured": N_("The insurance fund paid %(amount)s, so that you owe nothing beyond your margin"),
    "funding": N_("%(at)s, %(symbol)s: %(value)s × %(rate)s, booked as %(amount)s"),
    "reward_late": N_("Not paid yet: the reward of %(day)s"),
    "reward_short": N_("Paid, but less than by the rule: the reward of %(day)s"),
}

TERMS = {
    "last": N_("last price"),
    "mark": N_("mark price"),
    "index": N_("index price"),
    "order.customer": N_("it was cancelled from your account"),
    "order.insufficient_balance": N_("your balance was too small"),
    "order.bounds": N_("its price or size was outside what this market allows"),
    "order.at_once": N_("it had to be filled at once and the book held too little"),
    "order.market_closed": N_("the market was closed"),
    "order.liquidation": N_("the position behind it was liquidated"),
    "order.post_only": N_("it was marked post-only and would have traded at once"),
    "order.reduce_only": N_("it was marked reduce-only and would have made the position larger"),
    "order.self_trade": N_("it would have traded with another order of your own"),
    "order.expired": N_("the time for which it was to stand was over"),
    "fact.book": N_("Order book"),
    "fact.brackets": N_("Maintenance brackets"),
    "fact.path": N_("Price history"),
    "fact.prices": N_("Price history"),
    "fact.trades": N_("Trades"),
}

ASKS = {
    "order": N_(
        "Which order is it? Please send its number: open Orders, then History, and tap the order; the number stands at "
        "the top."
    ),
    "order_otherwise": N_(
        "If you do not find the number, tell me the market, the amount and the day of the order instead, and I look for it that "
        "way."
    ),
    "order_unknown": N_(
        "I do not find this order number in your account. Please compare it with the one in the app: open Orders, then "
        "History, and tap the order; the number stands at the top."
    ),
}
