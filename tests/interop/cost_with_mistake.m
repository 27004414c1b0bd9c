% Cost and gradient of a sparse autoencoder in the way of the UFLDL exercise, for Octave and
% MATLAB, under another name, so that it hides nobody's: a pattern is a column, theta is unrolled column by column, delta is +dJ/ds. `mistake` puts
% W1 where W2' belongs: for one hidden layer the sizes fit, and the gradient is hardly off.
function [cost, grad, terms] = cost_with_mistake(theta, visible, hidden, lambda, rhoBar, ...
                                                 beta, data, mistake)
  W1 = reshape(theta(1:hidden*visible), hidden, visible);
  W2 = reshape(theta(hidden*visible+1:2*hidden*visible), visible, hidden);
  b1 = theta(2*hidden*visible+1:2*hidden*visible+hidden);
  b2 = theta(2*hidden*visible+hidden+1:end);
  m = size(data, 2);

  z2 = W1*data + repmat(b1, 1, m);
  a2 = 1 ./ (1 + exp(-z2));
  a3 = 1 ./ (1 + exp(-(W2*a2 + repmat(b2, 1, m))));
  rho = mean(a2, 2);
  kl = rhoBar*log(rhoBar./rho) + (1-rhoBar)*log((1-rhoBar)./(1-rho));
  cost = sum(sum((a3-data).^2))/(2*m) + lambda/2*(sum(W1(:).^2) + sum(W2(:).^2)) + beta*sum(kl);

  delta3 = -(data-a3).*a3.*(1-a3);
  back = W2';
  if mistake
    back = W1;
  end
  sparsity = beta*(-rhoBar./rho + (1-rhoBar)./(1-rho));
  delta2 = (back*delta3 + repmat(sparsity, 1, m)).*a2.*(1-a2);

  terms = struct('h1', a2, 'rho1', rho, 'delta2', delta3, 'delta1', delta2, ...
                 'grad_W1', delta2*data'/m + lambda*W1, 'grad_b1', mean(delta2, 2), ...
                 'grad_W2', delta3*a2'/m + lambda*W2, 'grad_b2', mean(delta3, 2));
  grad = [terms.grad_W1(:); terms.grad_W2(:); terms.grad_b1; terms.grad_b2];
end
