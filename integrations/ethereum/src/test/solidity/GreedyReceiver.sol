// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.24;

/// A receiver of payouts that, when paid, claims again and takes the rest back; notes what became of that.
contract GreedyReceiver {
    address private immutable claims;
    bytes private again;
    uint256 public attempts;
    uint256 public successes;
    uint256 public received;

    constructor(address paying) {
        claims = paying;
    }

    /// What to call when money comes.
    function prepare(bytes calldata call) external {
        again = call;
    }

    /// Calls with this contract as the sender.
    function act(bytes calldata call) external payable {
        (bool done,) = claims.call{value: msg.value}(call);
        require(done, "refused");
    }

    receive() external payable {
        received += msg.value;
        // Bounded, so that a hole shows as money and not as gas.
        if (attempts < 3 && again.length != 0) {
            attempts++;
            (bool done,) = claims.call(again);
            if (done) successes++;
        }
    }
}

/// A receiver that refuses money.
contract RefusingReceiver {}
