% A sparse autoencoder in the way of the UFLDL exercise, for `autoencoder validate`. Neither Octave
% nor MATLAB writes .npz, so case and results are folders with a file KEY.npy for each key.
%
%     octave sparse_octave.m FOLDER             writes FOLDER/case/*.npy and FOLDER/theirs/*.npy
%     octave sparse_octave.m FOLDER mistake     the same with W1 where W2' belongs
%     autoencoder validate FOLDER/case FOLDER/theirs
arguments = argv();
folder = arguments{1};
visible = 7; hidden = 4; m = 9; lambda = 0.01; rhoBar = 0.1; beta = 0.5;
data = 0.5 + 0.4*cos(1 + reshape(0:visible*m-1, visible, m));
theta = 0.8*sin((1:2*hidden*visible+hidden+visible)');
[cost, grad, terms] = cost_with_mistake(theta, visible, hidden, lambda, rhoBar, beta, data, ...
                                        numel(arguments) > 1);

mkdir(fullfile(folder, 'case'));
save_case = @(key, values) save_npy(fullfile(folder, 'case', [key '.npy']), values);
save_case('x', data');  % a row a pattern
save_case('W1', reshape(theta(1:hidden*visible), hidden, visible));
save_case('W2', reshape(theta(hidden*visible+1:2*hidden*visible), visible, hidden));
save_case('b1', theta(2*hidden*visible+1:2*hidden*visible+hidden));
save_case('b2', theta(2*hidden*visible+hidden+1:end));
save_case('weight_penalty', lambda);
save_case('sparsity_target', rhoBar);
save_case('sparsity_weight', beta);

mkdir(fullfile(folder, 'theirs'));
terms.cost = cost;
for [values, key] = terms
  save_npy(fullfile(folder, 'theirs', [key '.npy']), values);
end
